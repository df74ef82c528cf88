import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseScenario, type ParsedScenario } from '../../../src/scheduler/simulation/parse-scenario.js';
import { renderHtml } from '../../../src/scheduler/simulation/report-html.js';
import { formatMs, renderJson, renderText } from '../../../src/scheduler/simulation/report-text.js';
import { runScenario } from '../../../src/scheduler/simulation/run-scenario.js';

const SMALL = `
name: small
duration: 3mins
seed: 4
agents:
  - {count: 6, cpus: 4, ram: 8GB, disk: 64GB, racks: 3}
jobs:
  - {key: web/prod/site, instances: 8, service: true, cpus: 1, ram: 512MB, constraints: {host: limit:2}}
  - key: data/prod/job
    repeat: {count: 20, every: 2secs}
    cpus: {lognormal: {median: 0.5, sigma: 0.5}}
    ram: {choice: [{value: 128MB, weight: 1}, {value: 1GB, weight: 1}]}
    lifetime: {exponential: 10secs}
    failures: 0.1
events:
  - {at: 30secs, drain: {hosts: h1-h2, batch: 1, hold: 5secs}}
  - {at: 60secs, lose: {rack: r3, for: 30secs, disk: lost}}
  - {at: 70secs, scheduler: {downFor: 2secs}}
  - {at: 90secs, network: {drop: 0.1, delay: [1ms, 500ms], for: 20secs}}
`;

function parsed(text: string): ParsedScenario {
  const result = parseScenario(text);
  if (!result.ok) throw new Error(result.error.join('\n'));
  return result.value;
}

describe('a simulation', () => {
  test('gives the same bytes for the same seed, and others for another', () => {
    const scenario = parsed(SMALL);
    const first = renderJson(runScenario(scenario));
    expect(renderJson(runScenario(scenario))).toBe(first);
    expect(renderJson(runScenario(scenario, 5))).not.toBe(first);
  });

  test('reports what happened', () => {
    const report = runScenario(parsed(SMALL));
    expect(report.launched).toBeGreaterThan(28);
    expect(report.drained).toBeGreaterThan(0);
    expect(report.lost).toBeGreaterThan(0);
    expect(report.runningAtEnd).toBeGreaterThanOrEqual(6);
    expect(report.samples).toHaveLength(18);
    const site = report.jobs.find(({ key }) => key === 'web/prod/site');
    expect(site?.uptimePercent).toBeGreaterThan(70);
    expect(site?.uptimePercent).toBeLessThan(100);
    expect(renderText(report)).toMatch(
      /^small, seed 4: 3 min simulated\n\n +count +p50 +p90 +p99 +max\nplacement delay /,
    );
    const page = renderHtml(report);
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/<script|https?:|NaN|undefined/);
  });

  test('says where a scenario is wrong', () => {
    const wrong = parseScenario(`name: x
duration: 5 minutes
agents:
  - {count: 1, cpu: 4, ram: 8GB, disk: 1GB}
jobs:
  - {key: nothing, cpus: 1, ram: 1GB}
events:
  - {at: 5secs, drain: {racks: r1}}
`);
    expect(wrong).toEqual({
      ok: false,
      error: [
        '2:11: `duration` must look like a duration: 500ms, 30secs, 5mins, 2hrs',
        "4:5: `agents.0` lacks the field 'cpus'",
        "4:21: `agents.0` has no field 'cpu'; did you mean 'cpus'?",
        '6:11: `jobs.0.key` must look like role/environment/name',
        "8:32: `events.0.drain` has no field 'racks'; did you mean 'rack'?",
      ],
    });
    expect(parseScenario('name: [')).toMatchObject({ ok: false });
    expect(parseScenario('a: 1\na: 2')).toMatchObject({
      ok: false,
      error: [expect.stringContaining('unique')],
    });
    expect(parseScenario(`${SMALL}\noptions: {offer_ordre: CPU}`)).toMatchObject({
      ok: false,
      error: [expect.stringContaining("did you mean 'offer_order'?")],
    });
  });

  test.each(readdirSync('configs/scenarios'))('configs/scenarios/%s is a scenario', (name) => {
    const { scenario } = parsed(readFileSync(join('configs/scenarios', name), 'utf8'));
    expect(name).toBe(`${scenario.name.replaceAll(' ', '-')}.yaml`);
  });
});

test('durations are shown for people', () => {
  expect([0, 12.34, 999, 1500, 59_900, 60_000, 270_400].map(formatMs)).toEqual([
    '0 ms',
    '12.3 ms',
    '999 ms',
    '1.5 s',
    '59.9 s',
    '1 min',
    '4 min 30 s',
  ]);
});
