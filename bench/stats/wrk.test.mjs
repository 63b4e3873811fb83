import { describe, expect, it } from 'vitest';
import { readWrk } from './wrk.mjs';

const OUTPUT = `Running 2s test @ http://127.0.0.1:1/
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.21ms    3.02ms  55.11ms   97.47%
    Req/Sec    38.12k     3.10k   41.07k    90.00%
  Latency Distribution
     50%  790.00us
     75%    0.88ms
     90%    1.11ms
     99%    1.20s
  75873 requests in 2.00s, 212.45MB read
Requests/sec:  37912.33
Transfer/sec:    106.16MB
`;

describe('readWrk', () => {
  it('reads what wrk prints, in one unit', () => {
    expect(readWrk(OUTPUT)).toEqual({
      ...{ requests: 75_873, perSecond: 37_912.33, p50Ms: 0.79, p99Ms: 1_200, failed: 0 },
    });
  });

  it('counts what failed, and refuses what measured nothing', () => {
    const failing = `${OUTPUT}  Socket errors: connect 0, read 2, write 0, timeout 1\n  Non-2xx or 3xx responses: 4\n`;
    expect(readWrk(failing).failed).toBe(7);
    expect(() => readWrk('unable to connect')).toThrow('wrk measured nothing');
  });
});
