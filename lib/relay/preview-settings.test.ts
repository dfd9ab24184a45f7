import { beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeBase64Url } from '../bytes/index.ts';
import type { PreviewMode } from '../preview/index.ts';
import type { CallContext } from '../rpc/index.ts';

vi.mock('../browser.ts', () => ({ browser: {} }));
let settings: { everywhere: PreviewMode; proxy: string | undefined };
const chats = new Map<string, PreviewMode>();
vi.mock('../conversation/index.ts', () => ({
  readPreviewSettings: async () => settings,
  savePreviewSettings: async (_: unknown, next: typeof settings) => {
    settings = next;
  },
  readChatPreviewMode: async (_: unknown, id: Uint8Array) => chats.get(encodeBase64Url(id)),
  saveChatPreviewMode: async (_: unknown, id: Uint8Array, mode: PreviewMode | undefined) => {
    if (mode === undefined) chats.delete(encodeBase64Url(id));
    else chats.set(encodeBase64Url(id), mode);
  },
}));
const { previewSettingsHandlers } = await import('./preview-settings.ts');
const { previewContract } = await import('./preview-contract.ts');

const CHAT = encodeBase64Url(new Uint8Array(16).fill(1));
const OTHER = encodeBase64Url(new Uint8Array(16).fill(2));
const context = { caller: {} } as CallContext;
const previews = { settingsChanged: vi.fn(async () => {}), forgetAnswers: vi.fn(async () => {}) };
const handlers = previewSettingsHandlers({
  around: async () => ({}) as never,
  previews,
  isPermitted: async () => true,
});

beforeEach(() => {
  settings = { everywhere: 'ask', proxy: undefined };
  chats.clear();
  vi.clearAllMocks();
});

describe('the settings of link previews', () => {
  it('are told with the mode of each chat that was asked for, at its place', async () => {
    chats.set(OTHER, 'off');
    expect(await handlers['preview.settings']({ chats: [CHAT, OTHER] }, context)).toEqual({
      everywhere: 'ask',
      proxy: '',
      permitted: true,
      chats: ['same', 'off'],
    });
  });

  it('are kept one without the other, and composers hear of each change', async () => {
    await handlers['preview.setMode']({ mode: 'always' }, context);
    await handlers['preview.setProxy']({ proxy: ' https://p.example.org/?u= ' }, context);
    expect(settings).toEqual({ everywhere: 'always', proxy: 'https://p.example.org/?u=' });
    await handlers['preview.setMode']({ mode: 'off' }, context);
    expect(settings).toEqual({ everywhere: 'off', proxy: 'https://p.example.org/?u=' });
    await handlers['preview.setProxy']({ proxy: ' ' }, context);
    expect(settings).toEqual({ everywhere: 'off', proxy: undefined });
    expect(previews.settingsChanged).toHaveBeenCalledTimes(4);
  });

  it('of a chat are kept, and given up for those of all chats', async () => {
    await handlers['preview.setChatMode']({ conversation: CHAT, mode: 'always' }, context);
    expect([...chats]).toEqual([[CHAT, 'always']]);
    await handlers['preview.setChatMode']({ conversation: CHAT, mode: 'same' }, context);
    expect([...chats]).toEqual([]);
    expect(previews.settingsChanged).toHaveBeenCalledTimes(2);
  });

  it('stay what they were where a proxy is none', async () => {
    const setting = handlers['preview.setProxy']({ proxy: 'http://p.example.org/?' }, context);
    await expect(setting).rejects.toMatchObject({ code: 'BadProxy' });
    expect([settings.proxy, previews.settingsChanged.mock.calls.length]).toEqual([undefined, 0]);
  });

  it.each(['', 'x', encodeBase64Url(new Uint8Array(15))])('are those of no chat called %j', async (conversation) => {
    const setting = handlers['preview.setChatMode']({ conversation, mode: 'off' }, context);
    await expect(setting).rejects.toMatchObject({ code: 'BadRequest' });
  });

  it('can forget the answers', async () => {
    await handlers['preview.forgetAnswers']({}, context);
    expect(previews.forgetAnswers).toHaveBeenCalledOnce();
  });

  it('are asked for by popup and home alone', () => {
    for (const { callers } of Object.values(previewContract.methods)) expect(callers).toEqual(['popup', 'home']);
  });
});
