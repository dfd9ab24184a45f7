/** The one function that is used of punycode's ES module; its own types are published for another path. */
declare module 'punycode/punycode.es6.js' {
  /** A domain name with its `xn--` labels in Unicode. Throws RangeError for a label that is no Punycode. */
  export function toUnicode(domain: string): string;
}
