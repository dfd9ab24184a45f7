/** Owns the settings of link previews, in the popup and at home: how they are made, the browser's permission, the proxy. */
import { useState } from 'preact/hooks';
import type { PreviewSettingsView } from '../lib/relay/index.ts';
import { type TextKey, text } from '../lib/text/index.ts';

type Mode = PreviewSettingsView['everywhere'];
type ChatMode = PreviewSettingsView['chats'][number];

/** Events out. */
export interface PreviewSettingsEvents {
  readonly onMode: (mode: Mode) => void;
  readonly onChatMode: (conversation: string, mode: ChatMode) => void;
  /** Must be called in the person's press: the browser asks them. */
  readonly onAllow: (on: boolean) => void;
  readonly onForget: () => void;
  /** Gives null, or the code of why not. */
  readonly onProxy: (proxy: string) => Promise<string | null>;
}

interface PreviewSettingsProps extends PreviewSettingsEvents {
  readonly settings: PreviewSettingsView;
  /** Those whose modes `settings.chats` are, in the same order. */
  readonly chats: readonly { readonly conversation: string; readonly name: string }[];
}

const MODES: readonly (readonly [Mode, TextKey])[] = [
  ['off', 'previewModeOff'],
  ['ask', 'previewModeAsk'],
  ['always', 'previewModeAlways'],
];
const CHAT_MODES: readonly (readonly [ChatMode, TextKey])[] = [['same', 'previewModeSame'], ...MODES];

/** The settings. */
export function PreviewSettings({ settings, chats, ...events }: PreviewSettingsProps) {
  const { everywhere, permitted } = settings;
  return (
    <section class="previews">
      <h2>{text('previewTitle')}</h2>
      <p>{text('previewBody')}</p>
      <Choice label={text('previewEverywhere')} modes={MODES} chosen={everywhere} onChoose={events.onMode} />
      {everywhere !== 'off' && (
        <>
          {chats.map(({ conversation, name }, place) => (
            <Choice
              key={conversation}
              label={text('previewInChat', name)}
              modes={CHAT_MODES}
              chosen={settings.chats[place] ?? 'same'}
              onChoose={(mode) => events.onChatMode(conversation, mode)}
            />
          ))}
          {!permitted && <p>{text('previewAllowBody')}</p>}
        </>
      )}
      <p class="buttons">
        {everywhere !== 'off' && !permitted && (
          <button type="button" class="allow" onClick={() => events.onAllow(true)}>
            {text('previewAllow')}
          </button>
        )}
        {permitted && (
          <button type="button" class="plain" onClick={() => events.onAllow(false)}>
            {text('previewTakeBack')}
          </button>
        )}
        <button type="button" class="plain" onClick={events.onForget}>
          {text('previewForget')}
        </button>
      </p>
      {everywhere !== 'off' && <ProxyForm kept={settings.proxy} onProxy={events.onProxy} />}
    </section>
  );
}

interface ChoiceProps<Chosen extends string> {
  readonly label: string;
  readonly modes: readonly (readonly [Chosen, TextKey])[];
  readonly chosen: Chosen;
  readonly onChoose: (mode: Chosen) => void;
}

function Choice<Chosen extends string>({ label, modes, chosen, onChoose }: ChoiceProps<Chosen>) {
  return (
    <label class="choice">
      <bdi>{label}</bdi>
      <select value={chosen} onChange={({ currentTarget }) => onChoose(currentTarget.value as Chosen)}>
        {modes.map(([mode, sentence]) => (
          <option key={mode} value={mode} selected={mode === chosen}>
            {text(sentence)}
          </option>
        ))}
      </select>
    </label>
  );
}

function ProxyForm({ kept, onProxy }: { readonly kept: string; readonly onProxy: PreviewSettingsEvents['onProxy'] }) {
  const [typed, setTyped] = useState(kept);
  const [outcome, setOutcome] = useState<TextKey | null>(null);
  return (
    <form
      class="choice"
      onSubmit={(event) => {
        event.preventDefault();
        void onProxy(typed).then((code) => setOutcome(code === null ? 'previewProxySaved' : 'previewProxyBad'));
      }}
    >
      <label>
        {text('previewProxy')}
        <input
          type="text"
          inputMode="url"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          dir="ltr"
          placeholder="https://"
          value={typed}
          onInput={({ currentTarget }) => {
            setTyped(currentTarget.value);
            setOutcome(null);
          }}
        />
      </label>
      <button type="submit" class="plain" disabled={typed === kept}>
        {text('previewProxySave')}
      </button>
      <span role="status">{outcome !== null && text(outcome)}</span>
    </form>
  );
}
