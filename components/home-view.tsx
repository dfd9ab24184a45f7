/** Home's face: its parts, one at a time, and the list of them. Props in, events out. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { HomeState } from '../lib/relay/index.ts';
import { type TextKey, text } from '../lib/text/index.ts';
import { HomeBackup } from './home-backup.tsx';
import { HomeContacts } from './home-contacts.tsx';
import type { HomePartProps } from './home-events.ts';
import { HomeHistory } from './home-history.tsx';
import { HomeLeaving } from './home-leaving.tsx';
import { HomeRestore } from './home-restore.tsx';
import { HomeSettings } from './home-settings.tsx';
import { HomeWelcome } from './home-welcome.tsx';
import { storeTroubleText } from './popup-text.ts';

/** `asking` until the background has answered, `silent` when it did not. */
export type HomeProgress = 'asking' | 'silent' | HomeState;

/** The parts, in the order of the list; also what stands behind the # of the address. */
const PARTS = {
  welcome: 'homeWelcome',
  contacts: 'homeContacts',
  history: 'homeHistory',
  backup: 'homeBackup',
  restore: 'homeRestore',
  settings: 'homeSettings',
  leaving: 'homeLeaving',
} as const satisfies Record<string, TextKey>;

/** The name of a part. */
export type HomePart = keyof typeof PARTS;

/** The part that `name` is, or undefined. */
export function homePart(name: string): HomePart | undefined {
  return Object.hasOwn(PARTS, name) ? (name as HomePart) : undefined;
}

/** How a tab that shows `part` is called. */
export function homeTitle(part: HomePart): string {
  return text('homeDocument', text(PARTS[part]));
}

interface HomeViewProps extends Omit<HomePartProps, 'state'> {
  readonly progress: HomeProgress;
  readonly part: HomePart;
}

/** The whole of home. */
export function HomeView({ progress, part, ...props }: HomeViewProps) {
  const head = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  // A part that was turned to is read from its head on; what the browser opens is not.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the turning is what is followed
  useLayoutEffect(() => {
    if (!first.current) head.current?.focus();
    first.current = false;
  }, [part]);
  return (
    <div class="home">
      <header>
        <img src="/icon/48.png" alt="" width="36" height="36" />
        <p class="name">{text('extensionName')}</p>
      </header>
      <nav aria-label={text('homeParts')}>
        {Object.entries(PARTS).map(([name, title]) => (
          <a key={name} href={`#${name}`} aria-current={name === part ? 'page' : undefined}>
            {text(title)}
          </a>
        ))}
      </nav>
      <main>
        <h1 ref={head} tabIndex={-1}>
          {text(PARTS[part])}
        </h1>
        {progress === 'asking' && <p class="quiet">{text('homeAsking')}</p>}
        {progress === 'silent' && (
          <Notice title={text('popupNoAnswerTitle')}>
            <p>{text('popupNoAnswerBody')}</p>
            <button type="button" onClick={props.events.onTryAgain}>
              {text('popupTryAgain')}
            </button>
          </Notice>
        )}
        {typeof progress === 'object' && <Part part={part} state={progress} {...props} />}
      </main>
    </div>
  );
}

function Part({ part, ...props }: HomePartProps & { readonly part: HomePart }) {
  const { state } = props;
  if (!state.cryptoReady) {
    return (
      <Notice title={text('popupCryptoFailed')}>
        <p>{text('popupNoAnswerBody')}</p>
      </Notice>
    );
  }
  // What is kept is shown by these alone; the others are what one needs where it can't be opened.
  const needsStore = ['contacts', 'history', 'backup', 'restore'].includes(part);
  return (
    <>
      {state.trouble !== null && (
        <Notice title={text('popupStoreTitle')}>
          <p>{storeTroubleText(state.trouble)}</p>
          {part !== 'settings' && <a href="#settings">{text('homeTroubleNext')}</a>}
        </Notice>
      )}
      {part === 'welcome' && <HomeWelcome {...props} />}
      {part === 'contacts' && !(needsStore && state.trouble) && <HomeContacts {...props} />}
      {part === 'history' && !(needsStore && state.trouble) && <HomeHistory {...props} />}
      {part === 'backup' && !(needsStore && state.trouble) && (
        <HomeBackup backup={props.backup} events={props.backupEvents} fileEvents={props.fileEvents} />
      )}
      {part === 'restore' && !(needsStore && state.trouble) && (
        <HomeRestore
          backup={props.backup}
          events={props.backupEvents}
          fileEvents={props.fileEvents}
          scanEvents={props.scanEvents}
        />
      )}
      {part === 'settings' && <HomeSettings {...props} />}
      {part === 'leaving' && <HomeLeaving />}
    </>
  );
}

function Notice({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="notice" role="alert">
      <h2>{title}</h2>
      {children}
    </section>
  );
}
