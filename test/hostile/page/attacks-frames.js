/** The adversary's attacks on our frames themselves. */

/** Hosts of foreign frames: plain divs that the page did not make. */
function hosts() {
  return [...document.querySelectorAll('footer > div, #list > div')];
}

Object.assign(attacks, {
  /** An own input that takes the focus whenever it can. */
  stealFocus() {
    const own = document.createElement('input');
    document.querySelector('header').append(own);
    setInterval(() => own.focus(), 15);
  },

  /** The same from a frame of another origin. */
  stealFromFrame(address) {
    const frame = document.createElement('iframe');
    frame.src = address;
    frame.style.cssText = 'width:100px;height:20px';
    document.querySelector('header').append(frame);
    return new Promise((resolve) => frame.addEventListener('load', () => resolve()));
  },

  /** Leads every frame that can be had to a page of the adversary's. */
  navigate(address) {
    for (let index = 0; index < window.length; index += 1) window[index].location = address;
    for (const host of hosts()) {
      for (const frame of host.shadowRoot?.querySelectorAll('iframe') ?? []) frame.src = address;
    }
    for (const name of ['composer', 'transcript', 'sotto', 'Sotto']) {
      const link = Object.assign(document.createElement('a'), { href: address, target: name });
      if (window.frames[name] !== undefined) link.click();
    }
  },

  /** Takes the hosts out, once or as long as the page lives. */
  remove(forEver) {
    const take = () => {
      for (const host of hosts()) host.remove();
    };
    take();
    if (forEver) new MutationObserver(take).observe(document, { childList: true, subtree: true });
  },

  /** Moves the composer out of sight and puts an own box under where it stood. */
  move() {
    const box = document.querySelector('#box');
    const { left, top, width, height } = box.getBoundingClientRect();
    const away = document.createElement('div');
    away.style.cssText = 'position:fixed;left:-3000px;top:0;width:500px;height:100px';
    document.body.append(away);
    for (const host of document.querySelectorAll('footer > div')) {
      if (away.moveBefore) away.moveBefore(host, null);
      else away.append(host);
    }
    const own = document.createElement('textarea');
    own.style.cssText = `position:fixed;left:${left}px;top:${top}px;width:${width}px;height:${height}px`;
    document.querySelector('footer').append(own);
  },

  /** Copies the hosts, and what can be read of what is inside. */
  clone(pass) {
    for (const host of hosts()) {
      const copy = host.cloneNode(true);
      copy.className = 'copy';
      document.querySelector('header').append(copy);
      for (const frame of host.shadowRoot?.querySelectorAll('iframe') ?? []) attacks.embed(frame.src, pass);
    }
  },

  /** Embeds a page of the extension, with a port and a pass of the adversary's making. */
  embed(address, pass) {
    const frame = document.createElement('iframe');
    frame.src = address;
    frame.style.cssText = 'position:fixed;right:0;top:0;width:200px;height:60px';
    document.querySelector('header').append(frame);
    return new Promise((resolve) => {
      frame.addEventListener('load', () => {
        const { port1, port2 } = new MessageChannel();
        frame.contentWindow.postMessage({ pass }, '*', [port2]);
        // A transcript draws what its mounting script names.
        port1.postMessage({ type: 'rows', rows: [{ id: 'recv0', x: 0, y: 0, width: 200 }] });
        resolve();
      });
    });
  },

  /** Every message that the parts of the extension say to each other, said by the page. */
  forge() {
    const { port2 } = new MessageChannel();
    for (const data of [
      { pass: 'f'.repeat(32) },
      'sotto-guard-arm',
      'sotto-guard-free',
      'sotto-doorbell',
      { type: 'ready' },
    ]) {
      window.postMessage(data, '*');
      window.dispatchEvent(new MessageEvent('message', { data, source: window, ports: [port2] }));
      document.dispatchEvent(new CustomEvent(String(data), { detail: data }));
    }
    window.chrome?.runtime?.sendMessage?.('sotto-guard-arm');
    window.browser?.runtime?.sendMessage?.('sotto-guard-arm');
  },

  /** Ways to make a button unseen that still takes a click. */
  hide(way) {
    const { style } = document.querySelector('#list');
    if (way === 'mask') style.maskImage = 'linear-gradient(transparent, transparent)';
    if (way === 'opacity') style.opacity = '0.02';
    if (way === 'zoom') style.zoom = '0.5';
    if (way !== 'overlay') return;
    const cover = document.createElement('div');
    cover.style.cssText = 'position:fixed;inset:0;background:white;pointer-events:none;z-index:9';
    document.body.append(cover);
  },

  /** Moves the list away, and back under the pointer. */
  shift(by) {
    document.querySelector('#list').style.translate = `${by}px 0px`;
  },
});
