/** A public name that no server has: whoever gets its page got it through the proxy. */
export const PROXIED_HOST = 'proxied.sotto-test.org';
