/**
 * Owns a real chat that no one here wrote: The Lounge 4.5.2, a web IRC client, in front of ngIRCd, on free loopback
 * ports, with a wire tap between the two. Does not own the browsers: it is handed Puppeteer pages.
 * Invariants: every start is a fresh server with empty history; `stop` leaves no process, port or folder behind.
 * The Lounge is installed apart (lounge/package.json with its lock file): `npm ci --omit=optional --ignore-scripts`.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { type Child, startChild, waitForPort } from './child.ts';
import { freePort } from './free-port.ts';
import { startWireTap, type WireTap } from './wire-tap.ts';

const LOUNGE = join(import.meta.dirname, 'lounge');
/** Debian's path; it is outside the PATH of ordinary users. */
const NGIRCD = '/usr/sbin/ngircd';
const CHANNEL = '#room';
/** A busy machine shows late what an idle one shows at once, in milliseconds. */
const PATIENCE_MS = 60_000;

/** How a server is started. */
export interface LoungeOptions {
  /**
   * Names of accounts (the password of each is its name). With accounts the server keeps a person's conversations over
   * page reloads and browser restarts. Without, it is the public mode: any nick, and a reload is a new session.
   */
  readonly users?: readonly string[];
  /** Whether ngIRCd delays bursts, as real networks do (6 to 60 s when hammered). Off where not asked for. */
  readonly floodControl?: boolean;
}

/** A running server. */
export interface Lounge {
  /** The address of the web client, `http://127.0.0.1:PORT/`. */
  readonly url: string;
  /** The wire between The Lounge and the IRC server: what the site's servers carry. */
  readonly tap: WireTap;
  stop(): Promise<void>;
}

/** Starts ngIRCd, the tap and The Lounge; about 1.5 s. Throws with the server's own words if one does not come up. */
export async function startLounge(options: LoungeOptions = {}): Promise<Lounge> {
  const entry = join(LOUNGE, 'node_modules/thelounge/index.js');
  if (!existsSync(entry)) {
    throw new Error(
      'The Lounge is not installed: npm ci --omit=optional --ignore-scripts --prefix test/support/lounge',
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'sotto-lounge-'));
  const stops: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    const ircPort = await startNgircd(folder, options.floodControl ?? false, stops);
    const tap = await startWireTap(ircPort);
    stops.push(() => tap.stop());
    const port = await freePort();
    await writeLoungeHome(folder, port, tap.port, options.users);
    const child = startChild(process.execPath, ['--require', join(LOUNGE, 'stay-local.cjs'), entry, 'start'], {
      ...process.env,
      // A test runner says "test" here, and The Lounge then looks for its files elsewhere.
      NODE_ENV: 'production',
      THELOUNGE_HOME: folder,
    });
    stops.push(() => child.stop());
    await waitForPort(port, child);
    return { url: `http://127.0.0.1:${port}/`, tap, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startNgircd(folder: string, floodControl: boolean, stops: (() => Promise<void>)[]): Promise<number> {
  const port = await freePort();
  const config = join(folder, 'ngircd.conf');
  const lines = [
    '[Global]',
    'Name = irc.sotto.test',
    'Info = Sotto test server',
    'AdminInfo1 = test',
    'AdminEMail = test@sotto.test',
    'Listen = 127.0.0.1',
    `Ports = ${port}`,
    'MotdPhrase = hello',
    '[Limits]',
    'MaxConnectionsIP = 0',
    'MaxJoins = 0',
    'PingTimeout = 600',
    `MaxPenaltyTime = ${floodControl ? -1 : 0}`,
    '[Options]',
    'PAM = no',
    'Ident = no',
    'DNS = no',
    '[Channel]',
    `Name = ${CHANNEL}`,
    'Topic = test',
  ];
  await writeFile(config, `${lines.join('\n')}\n`);
  const child: Child = startChild(NGIRCD, ['-n', '-f', config]);
  stops.push(() => child.stop());
  await waitForPort(port, child);
  return port;
}

async function writeLoungeHome(
  folder: string,
  port: number,
  ircPort: number,
  users: readonly string[] | undefined,
): Promise<void> {
  const config = {
    public: users === undefined,
    host: '127.0.0.1',
    port,
    reverseProxy: false,
    theme: 'default',
    prefetch: false,
    messageStorage: [],
    leaveMessage: '',
    defaults: {
      name: 'Test',
      host: '127.0.0.1',
      port: ircPort,
      tls: false,
      rejectUnauthorized: false,
      nick: 'user%%',
      username: 'user',
      realname: 'user',
      join: CHANNEL,
      password: '',
      leaveMessage: '',
    },
    lockNetwork: false,
  };
  await writeFile(join(folder, 'config.js'), `module.exports = ${JSON.stringify(config, null, 2)};\n`);
  if (users === undefined) return;
  const require = createRequire(join(LOUNGE, 'node_modules/thelounge/package.json'));
  const bcrypt = require('bcryptjs') as { hashSync(password: string, rounds: number): string };
  await mkdir(join(folder, 'users'), { recursive: true });
  for (const name of users) {
    // 4 rounds: the fewest that bcrypt knows; this password guards nothing.
    const account = { password: bcrypt.hashSync(name, 4), log: false, networks: [] };
    await writeFile(join(folder, 'users', `${name}.json`), JSON.stringify(account));
  }
}

/**
 * Opens the chat in `page` as `nick`, by account or in public mode, and waits until the channel #room is joined (3 to 4 s
 * on the first visit). Works again after a reload or a restart of the browser.
 */
export async function openUser(page: Page, lounge: Pick<Lounge, 'url'>, nick: string): Promise<void> {
  await page.goto(lounge.url, { waitUntil: 'domcontentloaded' });
  const start = 'input[name=nick], input[name=username]#signin-username, .channel-list-item';
  await page.waitForSelector(start, { visible: true, timeout: PATIENCE_MS });
  if ((await page.$('#signin-username')) !== null) {
    await page.type('#signin-username', nick);
    await page.type('#signin-password', nick);
    await page.click('button[type=submit]');
    await page.waitForSelector('input[name=nick], .channel-list-item', { visible: true, timeout: PATIENCE_MS });
  }
  if ((await page.$('input[name=nick]')) !== null) {
    await page.$eval('input[name=nick]', (input) => {
      input.value = '';
    });
    await page.type('input[name=nick]', nick);
    await page.click('form button[type=submit]');
  }
  await page.waitForSelector(`.channel-list-item[data-name="${CHANNEL}"]`, { timeout: PATIENCE_MS });
}

/** Opens the private conversation with `peer` in the page of a user who is in, and waits until it is the one shown. */
export async function openQuery(page: Page, peer: string): Promise<void> {
  const item = `.channel-list-item[data-name="${peer}" i]`;
  if ((await page.$(item)) === null) {
    await page.click(`.channel-list-item[data-name="${CHANNEL}"]`);
    await page.waitForSelector('#input', { visible: true });
    // The channel is listed a moment before commands are taken: they are refused until then, and asked once more.
    for (let tries = 0; ; tries++) {
      await page.type('#input', `/query ${peer}`);
      await page.keyboard.press('Enter');
      const opened = await page.waitForSelector(item, { timeout: 4000 }).catch((error: unknown) => {
        if (tries === 14) throw error;
      });
      if (opened) break;
    }
  }
  // An entry that comes above it moves it away under the pointer: it is pressed until it is the one shown.
  for (let tries = 0; ; tries++) {
    await page.click(item);
    const shown = await page.waitForSelector(`${item}.active`, { timeout: 4000 }).catch((error: unknown) => {
      if (tries === 14) throw error;
    });
    if (shown) break;
  }
  await page.waitForSelector('#input', { visible: true, timeout: PATIENCE_MS });
}
