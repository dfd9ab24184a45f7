/**
 * Owns how each defence is switched off in the test build: by replacing one place of one source while it is built, with
 * an expression that asks the variant. Sources and shipped builds hold no switch at all.
 * A place that is no longer found exactly once fails the build: then the switch has to follow its defence.
 */
import type { Plugin } from 'vite';

interface Switch {
  readonly defence: string;
  readonly file: string;
  readonly find: string;
  /** `OFF` stands for the question whether the defence is off. */
  readonly replace: string;
}

const SWITCHES: readonly Switch[] = [
  {
    defence: 'closed-root',
    file: 'lib/frames/mount-host.ts',
    find: "mode: 'closed'",
    replace: "mode: OFF ? 'open' : 'closed'",
  },
  {
    defence: 'heal',
    file: 'lib/frames/mount-frame.ts',
    find: 'if (host === undefined || this.over) return;',
    replace: 'if (OFF || host === undefined || this.over) return;',
  },
  {
    defence: 'heal',
    file: 'lib/frames/mount-frame.ts',
    find: 'if (this.host === host) this.mount();',
    replace: 'if (!OFF && this.host === host) this.mount();',
  },
  {
    defence: 'repair',
    file: 'lib/frames/mount-host.ts',
    find: 'const observer = new MutationObserver(() => repair());',
    replace: 'const observer = new MutationObserver(() => OFF || repair());',
  },
  {
    defence: 'seal',
    file: 'lib/frames/mount-guard.ts',
    find: 'this.sealed.add(box);',
    replace: 'if (!OFF) this.sealed.add(box);',
  },
  {
    defence: 'guard',
    file: 'lib/frames/mount-guard.ts',
    find: 'const held = this.armed ||',
    replace: 'const held = (!OFF && this.armed) ||',
  },
  {
    defence: 'guard-frames',
    file: 'lib/frames/mount-guard.ts',
    find: 'this.armed = armed;\n    for',
    replace: 'this.armed = armed;\n    if (OFF && window !== window.top) return;\n    for',
  },
  {
    defence: 'retake',
    file: 'lib/frames/mount-composer.ts',
    find: 'if (retakes.length <= MAX_RETAKES) give(true);',
    replace: 'if (!OFF && retakes.length <= MAX_RETAKES) give(true);',
  },
  {
    defence: 'ticket',
    file: 'lib/frames/tickets.ts',
    find: 'const ticket = this.open.get(shown.ticket);',
    replace:
      "const ticket = this.open.get(shown.ticket) ?? (OFF ? ({ tab, parent: -1, pass: shown.pass, kind: caller.page!, conversation: 'any' } as OpenTicket) : undefined);",
  },
  {
    defence: 'single-use',
    file: 'lib/frames/tickets.ts',
    find: 'this.open.delete(shown.ticket);',
    replace: 'if (!OFF) this.open.delete(shown.ticket);',
  },
  {
    defence: 'pass',
    file: 'lib/frames/tickets.ts',
    find: '&& pass === ticket.pass;',
    replace: '&& (OFF || pass === ticket.pass);',
  },
  {
    defence: 'guess-limit',
    file: 'lib/frames/tickets.ts',
    find: 'return this.refusals.get(tab)?.isEmpty',
    replace: 'return OFF ? false : this.refusals.get(tab)?.isEmpty',
  },
  {
    defence: 'drag',
    file: 'lib/frames/page.ts',
    find: '(event) => event.preventDefault()',
    replace: '(event) => OFF || event.preventDefault()',
  },
  {
    defence: 'audit',
    file: 'lib/frames/mount-audit.ts',
    find: 'const at = host.getBoundingClientRect();\n',
    replace: "if (OFF) return 'clear';\n  const at = host.getBoundingClientRect();\n",
  },
  {
    defence: 'stillness',
    file: 'lib/frames/mount-audit.ts',
    find: "return seen === 'clear' && performance.now()",
    replace: "return !OFF && seen === 'clear' && performance.now()",
  },
  {
    defence: 'visibility',
    file: 'lib/frames/sight.ts',
    find: 'supported ? performance.now() - since',
    replace: '!OFF && supported ? performance.now() - since',
  },
  {
    defence: 'origin',
    file: 'lib/frames/sight.ts',
    find: 'return seen.length === 1;',
    replace: 'return OFF || seen.length === 1;',
  },
];

/** Puts the switches in while the test build is made. */
export function disarmable(): Plugin {
  return {
    name: 'sotto-disarmable',
    enforce: 'pre',
    transform(code, id) {
      let changed = code;
      for (const one of SWITCHES.filter(({ file }) => id.split('?')[0]!.endsWith(file))) {
        if (changed.split(one.find).length !== 2) throw new Error(`${one.defence}: its place is not in ${one.file}`);
        const off = `((globalThis as any).__disarmed?.includes('${one.defence}') === true)`;
        changed = changed.replace(one.find, () => one.replace.replaceAll('OFF', off));
      }
      return changed === code ? undefined : { code: changed, map: null };
    },
  };
}
