/**
 * Owns recognising that a link led to a place where one signs in: the preview would be of the door, and the same for every
 * link behind it.
 */

/** What such places are called, as one part of a path or as the first of a host. */
const DOORS = new Set([
  'accounts',
  'auth',
  'authorize',
  'authwall',
  'consent',
  'login',
  'oauth',
  'oauth2',
  'saml',
  'session',
  'sessions',
  'signin',
  'signup',
  'sso',
]);

/** Whether `reached`, where the redirects of `linked` ended, is a door that the link itself did not name. */
export function looksLikeLogin(linked: URL, reached: URL): boolean {
  return !isDoor(linked) && isDoor(reached);
}

function isDoor(url: URL): boolean {
  const [first = ''] = url.hostname.split('.');
  const parts = [first, ...url.pathname.split('/')];
  return parts.some((part) => DOORS.has(part.toLowerCase().replace(/[-_.]|(html?|php|aspx?)$/g, '')));
}
