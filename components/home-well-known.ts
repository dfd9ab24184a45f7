/**
 * Owns the web chats that home names, so that nobody has to type an address. A name here says that people chat there, not
 * that Sotto was tried there.
 */

/** A chat by its name, and all hosts on which it is served; the browser asks for them in one question. */
export interface WellKnownSite {
  readonly name: string;
  readonly patterns: readonly string[];
}

/** By how many people use them, as far as that is known. */
export const WELL_KNOWN_SITES: readonly WellKnownSite[] = [
  { name: 'WhatsApp Web', patterns: ['https://web.whatsapp.com/*'] },
  { name: 'Messenger', patterns: ['https://www.facebook.com/*', 'https://www.messenger.com/*'] },
  { name: 'Instagram', patterns: ['https://www.instagram.com/*'] },
  { name: 'Telegram Web', patterns: ['https://web.telegram.org/*'] },
  { name: 'Discord', patterns: ['https://discord.com/*'] },
  {
    name: 'Microsoft Teams',
    patterns: ['https://teams.cloud.microsoft/*', 'https://teams.live.com/*', 'https://teams.microsoft.com/*'],
  },
  { name: 'Slack', patterns: ['https://app.slack.com/*'] },
  { name: 'LinkedIn', patterns: ['https://www.linkedin.com/*'] },
  { name: 'Google Chat', patterns: ['https://chat.google.com/*'] },
  { name: 'X', patterns: ['https://x.com/*'] },
  { name: 'Reddit', patterns: ['https://chat.reddit.com/*', 'https://www.reddit.com/*'] },
  { name: 'Element', patterns: ['https://app.element.io/*'] },
];
