import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError, parseConfig, VARIABLE_NAMES } from './config';
import { SECRET_VARIABLES } from './secret-files';

const dir = mkdtempSync(join(tmpdir(), 'shield-config-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** The mistakes found, by variable. */
function mistakesIn(env: Record<string, string>): Record<string, string> {
  try {
    parseConfig(env);
    return {};
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return Object.fromEntries(error.mistakes.map(({ variable, message }) => [variable, message]));
  }
}

const redisOf = (url: string) => parseConfig({ REDIS_URL: url }).redis;

describe('without any variable', () => {
  it('serves loopback and watches the streams of the contract', () => {
    expect(parseConfig({})).toEqual({
      host: '127.0.0.1',
      port: 3000,
      allowedHosts: [],
      redis: {
        host: '127.0.0.1',
        port: 6379,
        username: undefined,
        password: undefined,
        db: 0,
        tls: undefined,
        cluster: undefined,
      },
      streams: ['shield:ingestion_queue', 'shield:events'],
      bootstrapGroups: {
        'shield:ingestion_queue': ['lightrag-workers', 'metrics-collector'],
        'shield:events': [
          'ag-ui-frontend',
          'dashboard-frontend',
          'metrics-collector',
          'power-ui-frontend',
        ],
      },
      access: {
        mode: 'none',
        oidc: null,
        users: { text: '' },
        trustedPeers: [],
        proxy: {
          userHeader: '',
          roleHeader: 'x-forwarded-role',
          streamsHeader: null,
          defaultRole: 'viewer',
        },
        session: { secret: null, idleMs: 28_800_000, absoluteMs: 86_400_000, isSecure: null },
        readOnly: false,
        readOnlyStreams: [],
      },
      taskStream: 'shield:ingestion_queue',
      eventStream: 'shield:events',
      feed: {
        subscribersMax: 10_000,
        subscribersPerAddressMax: 6_000,
        subscribersPerUserMax: 200,
        stalledMs: 120_000,
      },
      scans: { max: 12, perUserMax: 6 },
      writes: { perUser: 1_200, perAddress: 2_400 },
      requests: { headersMs: 10_000, wholeMs: 30_000 },
      history: { mode: 'redis', keyPrefix: 'shield-dashboard:{history}', streamsMax: 32 },
      dashboardGroup: 'dashboard-frontend',
      consumer: `dashboard-${hostname()}-3000`,
      streamLengthMax: 10_000,
      samplerBudgetPercent: 2,
      metricsConsumersMax: 0,
      revokedStream: 'shield-dashboard:revoked',
      audit: { stream: 'shield-dashboard:audit', lengthMax: 20_000 },
      logLevel: 'info',
      environment: null,
      showsDesign: false,
      production: true,
    });
  });

  it('takes an empty variable for one that is not set', () => {
    const empty = { HOST: '', PORT: '', REDIS_URL: '', STREAMS: '', BOOTSTRAP_GROUPS: '' };
    expect(parseConfig({ ...empty, LOG_LEVEL: '' })).toEqual(parseConfig({}));
  });
});

describe('.env.example', () => {
  const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
  const lines = example.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const given = lines.map((line): [string, string] => {
    const [, name = '', value = ''] = /^([A-Z_]+)=(.*)$/.exec(line) ?? expect.fail(line);
    return [name, value];
  });

  it('has every variable there is once, and no other', () => {
    expect(VARIABLE_NAMES.length).toBeGreaterThan(50);
    expect(given.map(([name]) => name).toSorted()).toEqual(VARIABLE_NAMES.toSorted());
  });

  it('says of each what it is by default', () => {
    expect(parseConfig(Object.fromEntries(given))).toEqual(parseConfig({}));
  });
});

describe('each variable', () => {
  it('is read', () => {
    const config = parseConfig({
      HOST: '0.0.0.0',
      INSECURE_NO_AUTH: 'true',
      PORT: '0',
      ALLOWED_HOSTS: 'Dash.Example, ,other',
      STREAMS: 'a, b ,a,,größe',
      BOOTSTRAP_GROUPS: '{"a":["g1","g2"]}',
      TASK_STREAM: 'tasks',
      EVENT_STREAM: 'events',
      DASHBOARD_GROUP: 'me',
      STREAM_MAXLEN: '500',
      SAMPLER_BUDGET_PERCENT: '0.5',
      METRICS_CONSUMERS_MAX: '250',
      LOG_LEVEL: 'silent',
      ENVIRONMENT_NAME: ' EU staging ',
      ENVIRONMENT_COLOUR: 'green',
      DESIGN_PAGE: 'true',
      NODE_ENV: 'development',
    });
    expect(config).toMatchObject({
      host: '0.0.0.0',
      port: 0,
      allowedHosts: ['dash.example', 'other'],
      streams: ['a', 'b', 'größe'],
      bootstrapGroups: { a: ['g1', 'g2'] },
      taskStream: 'tasks',
      eventStream: 'events',
      dashboardGroup: 'me',
      streamLengthMax: 500,
      samplerBudgetPercent: 0.5,
      metricsConsumersMax: 250,
      logLevel: 'silent',
      environment: { name: 'EU staging', colour: 'green', isProduction: false },
      showsDesign: true,
      production: false,
    });
  });

  it('STREAMS follows the task and event stream where it is not set', () => {
    const config = parseConfig({ TASK_STREAM: 'tasks' });
    expect(config.streams).toEqual(['tasks', 'shield:events']);
    expect(Object.keys(config.bootstrapGroups)).toEqual(['shield:events']);
  });

  it('BOOTSTRAP_GROUPS is made for the streams that are watched, or not at all', () => {
    expect(Object.keys(parseConfig({ STREAMS: 'shield:events,x' }).bootstrapGroups)).toEqual([
      'shield:events',
    ]);
    expect(parseConfig({ BOOTSTRAP_GROUPS: ' false ' }).bootstrapGroups).toEqual({});
    expect(parseConfig({ BOOTSTRAP_GROUPS: '{}' }).bootstrapGroups).toEqual({});
  });
});

describe('BASE_PATH', () => {
  it('is that of the build, or left out', () => {
    expect(mistakesIn({ BASE_PATH: '/' })).toEqual({});
    expect(mistakesIn({ BASE_PATH: '/shield/' })).toEqual({
      BASE_PATH:
        'other_base_path: this build is served at /; ' +
        'for another path build it again: BASE_PATH=/shield npm run build',
    });
  });
});

describe('REDIS_CLUSTER', () => {
  const cluster = (url: string) => parseConfig({ REDIS_URL: url, REDIS_CLUSTER: 'true' }).redis;

  it('makes of the address, or of several, the nodes to begin with', () => {
    expect(cluster('redis://:pw@a').cluster).toEqual({ seeds: [{ host: 'a', port: 6379 }] });
    // A comma may stand in a password.
    const two = cluster('rediss://ann:p,w@a:7001, rediss://ann:p,w@[::1]:7002');
    expect(two).toMatchObject({ host: 'a', port: 7001, username: 'ann', password: 'p,w' });
    expect(two.tls).toEqual({ ca: undefined });
    expect(two.cluster?.seeds).toEqual([
      { host: 'a', port: 7001 },
      { host: '::1', port: 7002 },
    ]);
    expect(parseConfig({ REDIS_CLUSTER: 'false' }).redis.cluster).toBeUndefined();
  });

  it.each([
    [{ REDIS_URL: 'redis://a/1', REDIS_CLUSTER: 'true' }, 'a cluster has database 0 alone'],
    [
      { REDIS_URL: 'redis://a,redis://b' },
      'several addresses are the nodes of a cluster: set REDIS_CLUSTER=true',
    ],
    [
      { REDIS_URL: 'redis://:x@a,redis://:y@b', REDIS_CLUSTER: 'true' },
      'all nodes must have the same scheme, user, password and database',
    ],
    [
      { REDIS_URL: 'redis://a,rediss://b', REDIS_CLUSTER: 'true' },
      'all nodes must have the same scheme, user, password and database',
    ],
    [{ REDIS_URL: 'redis://a,redis://', REDIS_CLUSTER: 'true' }, 'the host is missing'],
  ])('%j is refused: %s', (env, message) => {
    expect(mistakesIn(env)).toEqual({ REDIS_URL: message });
  });

  it('is true or false', () => {
    expect(mistakesIn({ REDIS_CLUSTER: 'yes' })).toHaveProperty('REDIS_CLUSTER');
  });
});

describe('REDIS_URL', () => {
  it.each([
    ['redis://redis.internal', { host: 'redis.internal', port: 6379, db: 0 }],
    ['redis://h:6380/3', { host: 'h', port: 6380, db: 3 }],
    ['redis://h/', { db: 0 }],
    ['redis://:secret@h', { username: undefined, password: 'secret' }],
    ['redis://ann:secret@h', { username: 'ann', password: 'secret' }],
    ['redis://ann@h', { username: 'ann', password: undefined }],
    ['redis://ann:p%40ss%2Fw%3Ard%23%25@h', { password: 'p@ss/w:rd#%' }],
    ['redis://:100%@h', { password: '100%' }],
    ['redis://:gr%C3%B6%C3%9Fe@h', { password: 'größe' }],
    ['redis://[::1]:6380/1', { host: '::1', port: 6380, db: 1 }],
    ['redis://[fe80::1%25eth0]', null],
    ['rediss://h', { tls: { ca: undefined } }],
  ])('%s', (url, wanted) => {
    if (wanted === null) expect(mistakesIn({ REDIS_URL: url })).toHaveProperty('REDIS_URL');
    else expect(redisOf(url)).toMatchObject(wanted);
  });

  it('takes the certificates of REDIS_CA_FILE for TLS', () => {
    const file = join(dir, 'ca.pem');
    writeFileSync(file, 'PEM');
    const config = parseConfig({ REDIS_URL: 'rediss://h', REDIS_CA_FILE: file });
    expect(config.redis.tls).toEqual({ ca: 'PEM' });
    expect(parseConfig({ REDIS_CA_FILE: file }).redis.tls).toBeUndefined();
  });

  it.each([
    ['nonsense', 'expected redis://[user:password@]host[:port][/db]'],
    ['redis://h:99999', 'expected redis://[user:password@]host[:port][/db]'],
    ['http://h', 'expected a redis:// or rediss:// address'],
    ['redis://', 'the host is missing'],
    ['redis:///1', 'the host is missing'],
    ['redis://h/name', 'the database must be a number'],
    ['redis://h/1/2', 'the database must be a number'],
    ['redis://h?db=3', 'parameters are not read: write the database as /3'],
  ])('%s is refused: %s', (url, message) => {
    expect(mistakesIn({ REDIS_URL: url })).toEqual({ REDIS_URL: message });
  });
});

describe('mistakes', () => {
  const wrong = {
    PORT: '70000',
    REDIS_URL: 'http://ann:hunter2@h',
    REDIS_CA_FILE: join(dir, 'absent.pem'),
    BOOTSTRAP_GROUPS: '{"a":"hunter2"}',
    STREAM_MAXLEN: 'many',
    METRICS_CONSUMERS_MAX: '100001',
    LOG_LEVEL: 'loud',
    ENVIRONMENT_NAME: 'two\nlines',
    ENVIRONMENT_COLOUR: 'red',
    HISTORY: 'yes',
    HISTORY_KEY_PREFIX: 'a{}b{c}',
    HISTORY_STREAMS_MAX: '0',
  };

  it('are all told in one message that names each variable', () => {
    expect(Object.keys(mistakesIn(wrong)).sort()).toEqual(Object.keys(wrong).sort());
    const message = () => parseConfig(wrong);
    expect(message).toThrow(/^The configuration is wrong:\n {2}PORT: expected a number from 0 to/);
    for (const variable of Object.keys(wrong)) expect(message).toThrow(`  ${variable}: `);
  });

  it('never repeat what may be secret', () => {
    const secretive = [
      wrong,
      { REDIS_URL: 'redis://ann:hunter2@h/hunter2' },
      { REDIS_URL: 'redis://ann:hunter2@h:99999' },
      { REDIS_URL: 'hunter2' },
      { REDIS_URL: 'redis://:hunter2#@h' },
      { REDIS_URL: 'redis://:hunter2/more@h' },
    ];
    for (const env of secretive) {
      expect(Object.keys(mistakesIn(env))).toContain('REDIS_URL');
      expect(() => parseConfig(env)).not.toThrow(/hunter2/);
    }
  });

  it.each(['-1', '1.5', '65536', '80a', ' 80', '0x50', '1e3'])('PORT %j is refused', (PORT) => {
    expect(mistakesIn({ PORT })).toEqual({ PORT: 'expected a number from 0 to 65535' });
  });

  it.each(['true', '[]', '{"a":[""]}', '{"a":[1]}', '{"a":', '"x"', 'null'])(
    'BOOTSTRAP_GROUPS %s is refused',
    (BOOTSTRAP_GROUPS) => {
      expect(mistakesIn({ BOOTSTRAP_GROUPS })).toEqual({
        BOOTSTRAP_GROUPS: 'expected false or JSON such as {"<stream>": ["<group>"]}',
      });
    },
  );

  it('a colour without a name is refused', () => {
    expect(mistakesIn({ ENVIRONMENT_COLOUR: 'green' })).toEqual({
      ENVIRONMENT_COLOUR: 'a colour says nothing without ENVIRONMENT_NAME',
    });
  });
});

describe('a secret from a file', () => {
  const fileOf = (name: string, text: string) => {
    const file = join(dir, name);
    writeFileSync(file, text);
    return file;
  };

  it('counts as if its variable held it, without one line end behind it', () => {
    const file = fileOf('url', 'redis://ann:p%40ss@h:7/2\r\n');
    expect(parseConfig({ REDIS_URL_FILE: file })).toEqual(
      parseConfig({ REDIS_URL: 'redis://ann:p%40ss@h:7/2' }),
    );
  });

  it.each(SECRET_VARIABLES)('%s: a mistake names the variable and repeats nothing', (name) => {
    const variable = `${name}_FILE`;
    const secret = fileOf('secret', 'hunter2');
    const wrong: [Record<string, string>, RegExp][] = [
      [{ [variable]: join(dir, 'absent') }, /absent cannot be read/],
      [{ [variable]: dir }, /cannot be read/],
      [{ [variable]: fileOf('empty', '\n') }, /is empty/],
      [{ [variable]: fileOf('large', 'x'.repeat(70_000)) }, /is over 65536 bytes/],
      [{ [variable]: secret, [name]: 'hunter2' }, /not both/],
    ];
    for (const [env, message] of wrong) {
      const mistakes = mistakesIn(env);
      expect(mistakes[variable]).toMatch(message);
      expect(JSON.stringify(mistakes)).not.toContain('hunter2');
    }
  });

  it('is told with every other mistake at once', () => {
    const file = fileOf('wrong-url', 'http://hunter2');
    const mistakes = mistakesIn({ REDIS_URL_FILE: file, PORT: 'x' });
    expect(Object.keys(mistakes).sort()).toEqual(['PORT', 'REDIS_URL']);
    expect(JSON.stringify(mistakes)).not.toContain('hunter2');
  });
});

it('the audit has a stream of its own', () => {
  expect(parseConfig({ AUDIT_STREAM: 'my:audit', AUDIT_MAXLEN: '500' }).audit).toEqual({
    ...{ stream: 'my:audit', lengthMax: 500 },
  });
  for (const AUDIT_STREAM of ['shield:events', 'shield:ingestion_queue']) {
    expect(mistakesIn({ AUDIT_STREAM })).toHaveProperty('AUDIT_STREAM');
  }
  expect(mistakesIn({ AUDIT_MAXLEN: '0' })).toHaveProperty('AUDIT_MAXLEN');
});
