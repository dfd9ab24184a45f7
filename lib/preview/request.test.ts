import { describe, expect, it, vi } from 'vitest';
import { readBody } from './body.ts';
import { Deadline } from './deadline.ts';
import type { Network } from './network.ts';
import { request } from './page-request.ts';
import { hanging, networkOf, page, redirect } from './test-support.ts';
import { PUBLIC_WEB } from './url-policy.ts';

const LINK = 'https://a.org/0';
const outcomeOf = (pending: Promise<unknown>): Promise<unknown> => pending.catch((error: Error) => error.message);
async function ask(network: Network): Promise<unknown> {
  const deadline = new Deadline(5000);
  try {
    const { url } = await request({ network, policy: PUBLIC_WEB }, LINK, '*/*', deadline);
    return url.href;
  } catch (error) {
    return (error as Error).message;
  } finally {
    deadline.end();
  }
}

describe('an answer', () => {
  it.each([
    [200, LINK],
    [204, LINK],
    [299, LINK],
    [300, 'ServerFailed'],
    [304, 'ServerFailed'],
    [400, 'ServerFailed'],
    [401, 'Forbidden'],
    [402, 'Forbidden'],
    [403, 'Forbidden'],
    [404, 'DeadLink'],
    [407, 'Forbidden'],
    [410, 'DeadLink'],
    [418, 'ServerFailed'],
    [429, 'Forbidden'],
    [451, 'Forbidden'],
    [500, 'ServerFailed'],
    [599, 'ServerFailed'],
  ])('with status %i: %s', async (status, outcome) => {
    expect(await ask(networkOf({ [LINK]: () => new Response(null, { status }) }))).toBe(outcome);
  });

  it('that does not come is Unreachable, whatever the browser says of it', async () => {
    expect(await ask({ fetch: async () => Promise.reject(new TypeError('Failed to fetch')) })).toBe('Unreachable');
  });
});

describe('redirects', () => {
  const chain = (length: number, status = 302) =>
    networkOf({
      ...Object.fromEntries(
        Array.from({ length }, (_, hop) => [`https://a.org/${hop}`, redirect(`/${hop + 1}`, status)]),
      ),
      [`https://a.org/${length}`]: page(''),
    });

  it.each([301, 302, 303, 307, 308])('of status %i are followed five times', async (status) => {
    const five = chain(5, status);
    expect(await ask(five)).toBe('https://a.org/5');
    expect(five.asked.length).toBe(6);
    const six = chain(6, status);
    expect(await ask(six)).toBe('TooManyRedirects');
    expect(six.asked.length).toBe(6);
  });

  it.each([
    ['http://[', 'BadRedirect'],
    ['', LINK],
    ['http://10.0.0.1/', 'PrivateAddress'],
    ['//router/', 'PrivateName'],
    ['https://me@a.org/', 'UserInfo'],
    ['https://a.org:1/', 'OddPort'],
    ['data:text/html,x', 'NotWeb'],
  ])('to %j: %s', async (location, outcome) => {
    let asked = 0;
    const network: Network = {
      fetch: async () => (asked++ === 0 ? redirect(location)() : new Response('')),
    };
    expect(await ask(network)).toBe(outcome);
  });

  it('without a place are BadRedirect', async () => {
    expect(await ask(networkOf({ [LINK]: () => new Response(null, { status: 302 }) }))).toBe('BadRedirect');
  });
});

describe('a body', () => {
  const bodyOf = (...pieces: number[][]) => {
    const cancel = vi.fn();
    const left = pieces.map((piece) => Uint8Array.from(piece));
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        const next = left.shift();
        if (next === undefined) controller.close();
        else controller.enqueue(next);
      },
      cancel,
    });
    return { response: new Response(stream), cancel };
  };
  const read = async (response: Response, most: number, enoughAt = Number.POSITIVE_INFINITY): Promise<number[][]> => {
    const deadline = new Deadline(5000);
    const pieces: number[][] = [];
    await readBody(response, most, deadline, (bytes) => {
      pieces.push([...bytes]);
      return pieces.length >= enoughAt ? 'enough' : 'more';
    });
    deadline.end();
    return pieces;
  };

  it('is read to its end where the bound allows', async () => {
    expect(await read(bodyOf([1, 2], [3]).response, 4)).toEqual([[1, 2], [3]]);
    expect(await read(bodyOf().response, 4)).toEqual([]);
    expect(await read(new Response(null), 4)).toEqual([]);
  });

  it('is cut at the bound, and let go', async () => {
    const { response, cancel } = bodyOf([1, 2], [3, 4, 5], [6]);
    expect(await read(response, 4)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(cancel).toHaveBeenCalledTimes(1);
    expect(await read(bodyOf([1, 2], [3, 4], [5]).response, 4)).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('is let go where its reader has enough', async () => {
    const { response, cancel } = bodyOf([1], [2], [3]);
    expect(await read(response, 9, 2)).toEqual([[1], [2]]);
    expect(cancel).toHaveBeenCalledTimes(1);
  });

  it("is let go where its reader fails, and the failure is the reader's own", async () => {
    const { response, cancel } = bodyOf([1], [2]);
    const deadline = new Deadline(5000);
    const broken = readBody(response, 9, deadline, () => {
      throw new RangeError('a mistake');
    });
    expect(await outcomeOf(broken)).toBe('a mistake');
    expect(cancel).toHaveBeenCalledTimes(1);
    deadline.end();
  });

  it('that breaks off is Unreachable', async () => {
    const stream = new ReadableStream({ pull: (controller) => controller.error(new TypeError('network')) });
    expect(await outcomeOf(read(new Response(stream), 9))).toBe('Unreachable');
  });

  it('that hangs is TooSlow when the time is up', async () => {
    const deadline = new Deadline(20);
    expect(await outcomeOf(readBody(hanging()(), 9, deadline, () => 'more'))).toBe('TooSlow');
  });
});
