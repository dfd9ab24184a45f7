/** The adversary's attacks that act: each gives every string that it could get hold of. */
const attacks = {
  /** Trees: the document, every shadow root that lets itself be had, every window that can be reached. */
  trees() {
    const got = [];
    const seen = new Set();
    function walk(root) {
      if (root === null || root === undefined || seen.has(root)) return;
      seen.add(root);
      got.push(root.textContent ?? '', root.innerHTML ?? '', root.innerText ?? '');
      for (const element of root.querySelectorAll?.('*') ?? []) {
        for (const { value } of element.attributes) got.push(value);
        got.push(element.value ?? '', element.getHTML?.({ serializableShadowRoots: true }) ?? '');
        walk(element.shadowRoot);
        try {
          if (element.tagName.includes('-')) walk(element.attachInternals().shadowRoot);
        } catch {}
        try {
          walk(element.contentDocument);
        } catch {}
      }
    }
    walk(document);
    walk(document.documentElement);
    for (let index = 0; index < window.length; index += 1) {
      try {
        walk(window[index].document);
      } catch {}
      try {
        got.push(window[index].name, String(window[index].location.href));
      } catch {}
    }
    for (let x = 0; x < innerWidth; x += 25) {
      for (let y = 0; y < innerHeight; y += 25) {
        const caret = document.caretPositionFromPoint?.(x, y);
        got.push(caret?.offsetNode?.textContent ?? '');
        for (const element of document.elementsFromPoint(x, y)) walk(element.getRootNode());
      }
    }
    return got;
  },

  /** The browser's own search tells whether a text is on the page; `guesses` stand for guessing letter by letter. */
  find(guesses) {
    getSelection().removeAllRanges();
    // Over frames as well, where the browser lets it.
    const isThere = (guess, inFrames) => {
      try {
        return window.find(guess, true, false, true, false, inFrames, false);
      } catch {
        return false;
      }
    };
    return guesses.filter((guess) => isThere(guess, true) || isThere(guess, false));
  },

  /** Selections and ranges over everything. */
  selection(guesses) {
    const got = [];
    const selection = getSelection();
    selection.selectAllChildren(document.documentElement);
    got.push(String(selection));
    document.designMode = 'on';
    document.execCommand('selectAll');
    got.push(String(selection));
    document.designMode = 'off';
    const range = document.createRange();
    range.selectNode(document.body);
    got.push(String(range), range.cloneContents().textContent);
    for (const guess of guesses) {
      selection.removeAllRanges();
      if (!window.find(guess.slice(0, 4), true, false, true)) continue;
      for (let step = 0; step < 20; step += 1) selection.modify('extend', 'forward', 'character');
      got.push(
        String(selection),
        ...(selection.getComposedRanges?.().map((one) => one.startContainer?.textContent ?? '') ?? []),
      );
    }
    return got;
  },

  /** All that the site's storage holds. */
  async storage() {
    const got = [document.cookie, window.name, JSON.stringify(history.state), location.href];
    for (const area of [localStorage, sessionStorage]) got.push(JSON.stringify(area));
    for (const { name } of (await indexedDB.databases?.()) ?? []) got.push(name);
    for (const name of await caches.keys()) got.push(name);
    return got;
  },

  /** What the page's own timeline tells. */
  performance() {
    return performance
      .getEntries()
      .flatMap((entry) => [decodeURIComponent(entry.name), JSON.stringify(entry.toJSON())]);
  },

  /** The clipboard, if the page may read it. */
  async clipboard() {
    try {
      // Firefox asks the person, and waits.
      const answer = new Promise((resolve) => setTimeout(() => resolve(''), 500));
      return [await Promise.race([navigator.clipboard.readText(), answer])];
    } catch {
      return [];
    }
  },
};
window.attacks = attacks;
