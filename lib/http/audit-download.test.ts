import { expect, it } from 'vitest';
import type { AuditAct } from '@/lib/model/audit-page';
import { auditCsv } from './audit-download';

const ACT: AuditAct = {
  ...{ id: '1-1', at: '1970-01-01T00:00:00.001Z', began_at: null },
  ...{ phase: 'event', act: 'a-1', outcome: 'refused', code: 'foreign_origin' },
  ...{
    action: 'request.refused',
    actor: '=cmd()',
    subject: '-1',
    role: null,
    address: '@sum',
    via: null,
  },
  ...{ stream: '+1', group: 'a,"b"', targets: ['POST /'], count: 3, before: null },
  ...{ after: { length: 7 }, reason: '-2', request_id: null, intent: null, instance: 'test' },
};

async function csv(isSafe: boolean): Promise<string[]> {
  async function* acts() {
    yield ACT;
  }
  let text = '';
  for await (const piece of auditCsv(acts(), { isSafe })) text += piece;
  return text.split('\r\n');
}

it('is a header and a row an act, lists and facts as JSON', async () => {
  const [header, row, ...rest] = await csv(false);
  expect(header).toBe(
    'at,began_at,outcome,code,action,actor,subject,role,address,via,stream,group,targets,count,before,after,reason,request_id,act,id,instance',
  );
  expect(row).toBe(
    '1970-01-01T00:00:00.001Z,,refused,foreign_origin,request.refused,=cmd(),-1,,@sum,,+1,"a,""b""","[""POST /""]",3,,"{""length"":7}",-2,,a-1,1-1,test',
  );
  expect(rest).toEqual(['']);
});

it('runs nothing as a formula where it is made safe', async () => {
  const [, row] = await csv(true);
  for (const cell of ["'=cmd()", "'@sum", "'+1", "'-1", "'-2"]) expect(row).toContain(`,${cell},`);
});
