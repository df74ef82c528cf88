import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DiagnosticError, renderDiagnostic } from '../../src/base/diagnostic.js';
import { diskFileSystem } from '../../src/base/file-system.js';
import { ClusterFileError, UnknownClusterError } from '../../src/client/cluster.js';
import { Clusters } from '../../src/client/clusters.js';

const repository = join(import.meta.dirname, '..', '..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aurora-clusters-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function clusters(): Clusters {
  const env = { HOME: folder, AURORA_HOME: join(folder, 'state'), AURORA_CONFIG_ROOT: join(folder, 'etc') };
  return new Clusters({ files: diskFileSystem, env, packageRoot: repository });
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe('clusters', () => {
  test('the package defines two, of three agents each, with ports of their own', async () => {
    const all = await clusters().all();
    expect([...all.keys()]).toEqual(['cluster1', 'devcluster']);
    const taken = new Set<number>();
    for (const cluster of all.values()) {
      if (cluster.kind !== 'local') throw new Error('expected a local cluster');
      const { agents } = await cluster.definition();
      expect(agents).toHaveLength(3);
      for (const { resources } of agents)
        for (const [first, last] of resources.portRanges)
          for (let port = first; port <= last; port++) {
            expect(taken.has(port)).toBe(false);
            taken.add(port);
          }
    }
  });

  test('each of the two is found by its name alone, and defined when asked', async () => {
    for (const name of ['cluster1', 'devcluster']) {
      const cluster = await clusters().get(name);
      if (cluster.kind !== 'local') throw new Error('expected a local cluster');
      expect(cluster.home).toBe(join(folder, 'state', 'clusters', name));
      expect((await cluster.definition()).name).toBe(name);
    }
    await expect(clusters().get('agents')).rejects.toThrow(UnknownClusterError);
    await expect(clusters().get('')).rejects.toThrow(UnknownClusterError);
  });

  test('sizes are megabytes, attributes are lists', async () => {
    write(
      'state/clusters.yaml',
      'clusters:\n  mine:\n    http_port: 8081\n    options: { history_prune_threshold: 2days }\n    agents:\n' +
        '      - host: h1\n        attributes: { rack: [a, b], zone: 3 }\n' +
        '        resources: { cpus: 1.5, ram: 512 MB, disk: 2TB, ports: [4000, 5000-5009] }\n',
    );
    const cluster = await clusters().get('mine');
    if (cluster.kind !== 'local') throw new Error('expected a local cluster');
    expect(await cluster.definition()).toEqual({
      name: 'mine',
      httpPort: 8081,
      options: [['history_prune_threshold', '2days']],
      agents: [
        {
          host: 'h1',
          attributes: [
            { name: 'rack', values: ['a', 'b'] },
            { name: 'zone', values: ['3'] },
          ],
          resources: {
            cpus: 1.5,
            ramMb: 512,
            diskMb: 2 * 1024 * 1024,
            gpus: 0,
            portRanges: [
              [4000, 4000],
              [5000, 5009],
            ],
          },
        },
      ],
    });
  });

  test("agents have their cluster's options, and their own on top", async () => {
    write(
      'state/clusters.yaml',
      [
        'clusters:',
        '  mine:',
        '    agent_options: { cpu_quota: true, process_limit: 100, namespaces: [pid, tmp], fetcher_cache: 1 GB }',
        '    announcer: { zookeeper: "zk1:2181,zk2", root: /a, auth: [{ scheme: digest, credential: "u:p" }] }',
        '    agents:',
        '      - host: h1',
        '        resources: { cpus: 1, ram: 1 GB, disk: 1 GB }',
        '      - host: h2',
        '        resources: { cpus: 1, ram: 1 GB, disk: 1 GB }',
        '        options: { process_limit: 7, observer_port: 1338, require_role_user: true, gc_delay_secs: 9 }',
      ].join('\n'),
    );
    const cluster = await clusters().get('mine');
    if (cluster.kind !== 'local') throw new Error('expected a local cluster');
    const announcer = {
      zookeeper: 'zk1:2181,zk2',
      root: '/a',
      auth: [{ scheme: 'digest', credential: 'u:p' }],
    };
    const common = { cpuQuota: true, namespaces: ['pid', 'tmp'], fetcherCacheBytes: 1024 ** 3, announcer };
    expect((await cluster.definition()).agents.map((agent) => agent.options)).toEqual([
      { ...common, processLimit: 100 },
      { ...common, processLimit: 7, observerPort: 1338, requireRoleUser: true, gcDelaySecs: 9 },
    ]);
  });

  test("the original's files: a list, or an object's values; the home directory's win", async () => {
    write('etc/clusters.json', '[{"name": "west", "scheduler_uri": "http://a:1"}, {"zk": "nameless"}]');
    write(
      '.aurora/clusters.json',
      '{"x": {"name": "west", "scheduler_uri": "http://b:2", "slave_root": "/m"}}',
    );
    expect(await clusters().get('west')).toMatchObject({
      kind: 'remote',
      schedulerUri: 'http://b:2',
      slaveRoot: '/m',
    });
    expect(clusters().remoteNames()).toEqual(['west']);
  });

  test.each([
    ['{', 'Unable to parse'],
    ['3', 'Unknown layout'],
    ['[3]', 'Clusters must be maps of key/value pairs, got 3'],
  ])('clusters.json of %s is refused', async (text, message) => {
    write('etc/clusters.json', text);
    await expect(clusters().get('west')).rejects.toThrow(ClusterFileError);
    await expect(clusters().get('west')).rejects.toThrow(message);
  });

  test('an unknown name lists those that are known', async () => {
    const error = await clusters()
      .get('cluster2')
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UnknownClusterError);
    expect((error as UnknownClusterError).known).toEqual(['cluster1', 'devcluster']);
  });

  test.each([
    ['clusters:\n  a:\n    agent: []\n', ['3:5', 'unknown key "agent"', 'Did you mean "agents"?']],
    ['clusters:\n  a:\n    agents: []\n', ['3:13', 'must NOT have fewer than 1 items']],
    [agent('{ cpus: 0, ram: 1 GB, disk: 1 GB }'), ['5:28', 'must be > 0']],
    [agent('{ cpus: 1, ram: lots, disk: 1 GB }'), ['5:36', 'given: "lots"', 'An amount with its unit']],
    [agent('{ cpus: 1, ram: 1 GB }'), ['lacks "disk"']],
    [agent('{ cpus: 1, ram: 1 GB, disk: 1 GB, ports: [9-5] }'), ['5:62', 'ports 9-5 are no range']],
    [
      agent('{ cpus: 1, ram: 1 GB, disk: 1 GB, ports: [5-9, 9] }'),
      ['5:67', 'ports 9-9 overlap with 5-9 of h'],
    ],
    [
      `${agent('{ cpus: 1, ram: 1 GB, disk: 1 GB }')}        options: { cpu_qota: true }\n`,
      ['6:20', 'unknown key "cpu_qota" in clusters.a.agents[0].options', 'Did you mean "cpu_quota"?'],
    ],
    [
      `${agent('{ cpus: 1, ram: 1 GB, disk: 1 GB }')}        options: { namespaces: [pod] }\n`,
      ['6:33', 'must be one of pid, mount, tmp', 'given: "pod"', 'Did you mean "pid"?'],
    ],
    [
      `${agent('{ cpus: 1, ram: 1 GB, disk: 1 GB, ports: [5-9] }')}        options: { observer_port: 7 }\n`,
      ['6:35', "the observer's port 7 is one of h already"],
    ],
    [
      'clusters:\n  a:\n    announcer: { zookeeper: "a b" }\n    agents: []\n',
      ['3:29', 'Servers of one ensemble'],
    ],
    ['clusters: {a: {scheduler_uri: nope}}\n', ['1:31', 'given: "nope"']],
    ['clusters: {a: 1, a: 2}\n', ['Map keys must be unique']],
    ['clusters: [\n', ['yaml']],
    ['', ['the file must be object']],
  ])('clusters.yaml %j is refused with its place', async (text, expected) => {
    write('state/clusters.yaml', text);
    const error = await clusters()
      .all()
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(DiagnosticError);
    const shown = (error as DiagnosticError).diagnostics.map((each) => renderDiagnostic(each)).join('\n');
    for (const part of expected) expect(shown).toContain(part);
    expect(shown).toContain('clusters.yaml');
  });

  function agent(resources: string): string {
    return `clusters:\n  a:\n    agents:\n      - host: h\n        resources: ${resources}\n`;
  }
});
