const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 bytes. A lone surrogate becomes U+FFFD, as the Encoding Standard says. */
export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text, or undefined where `bytes` are not well-formed UTF-8. A byte order mark is kept as a character. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
