import { describe, expect, it } from 'vitest';
import { judgeHealth } from './health.ts';
import type { SiteReason } from './locate.ts';

const judge = (count: number, ...reasons: SiteReason[]): unknown => judgeHealth({ chats: { length: count }, reasons });

describe('judgeHealth', () => {
  it('is healthy without reasons, and where the only one is that nobody described the site', () => {
    expect(judge(1)).toEqual({ state: 'healthy', reasons: [] });
    expect(judge(2, 'SiteUndescribed')).toEqual({ state: 'healthy', reasons: ['SiteUndescribed'] });
  });

  it.each<SiteReason>(['AdapterStale', 'ListNotFound', 'SendButtonNotFound', 'RowsNotRecognised'])(
    'is degraded by %s, also where the site is undescribed',
    (reason) => {
      expect(judge(1, reason)).toEqual({ state: 'degraded', reasons: [reason] });
      expect(judge(1, 'SiteUndescribed', reason)).toMatchObject({ state: 'degraded' });
    },
  );

  it('is unsupported without a chat, whatever the reason', () => {
    expect(judge(0)).toMatchObject({ state: 'unsupported' });
    expect(judge(0, 'ComposerAmbiguous')).toEqual({ state: 'unsupported', reasons: ['ComposerAmbiguous'] });
  });
});
