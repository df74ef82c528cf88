import { seededRandom } from '../src/base/random.js';

/**
 * The long forms of what the tests run briefly:
 *
 *     npm run torture -- sim [SEEDS] [FROM]       seeded simulations of the whole cluster, 50 agents each
 *     npm run torture -- kills [KILLS] [SEED]     kill -9 of a real scheduler under load
 *     npm run torture -- sectors [PLANS] [SEED]   power losses that keep any sectors of what was not synced
 *     npm run torture -- damage [STRIDE] [SEED]   a store's files cut at every place, and each of their bytes changed
 *     npm run torture -- thermos [ROUNDS]         kill -9 of runner, launcher, wrapper at each step
 *     npm run torture -- thermos-sim [SEEDS] [FROM]  random tasks under runners that die at any step, on a fake clock
 *     npm run torture -- language [PROGRAMS] [SEED]  configs broken at random
 *     npm run torture -- agent [ROUNDS] [SEED]    kill -9 of an agent with live tasks
 *     npm run torture -- churn [TASKS]            an agent through which tasks come and go
 *
 * A failure prints its seed; the exit code is 1 when anything was violated.
 */
type Torture = (numbers: readonly number[]) => Promise<readonly string[]>;

const tortures: ReadonlyMap<string, Torture> = new Map<string, Torture>([
  ['sim', sim],
  ['kills', kills],
  ['sectors', sectors],
  ['damage', damage],
  ['thermos', thermos],
  ['thermos-sim', thermosSim],
  ['agent', agent],
  ['churn', churn],
  ['language', language],
]);

const [wanted = '', ...rest] = process.argv.slice(2);
const torture = tortures.get(wanted);
const numbers = rest.map(Number);
if (!torture || numbers.some((number) => !Number.isSafeInteger(number) || number < 0)) {
  console.error(`usage: npm run torture -- ${[...tortures.keys()].join('|')} [NUMBER] [NUMBER]`);
  process.exit(2);
}
const violations = await torture(numbers);
for (const violation of violations) console.error(violation);
console.log(violations.length === 0 ? 'nothing violated' : `${violations.length} violations`);
process.exitCode = violations.length === 0 ? 0 : 1;

async function sim([seeds = 100_000, from = 0]: readonly number[]): Promise<string[]> {
  const { runSimulations } = await import('../test/sim/run-simulations.js');
  let done = 0;
  const summary = runSimulations({
    seeds,
    from,
    long: true,
    onSeed: (result) => {
      done += 1;
      if (result.violations.length > 0) console.log(JSON.stringify(result));
      if (done % 100 === 0) console.log(`${done} of ${seeds} seeds`);
    },
  });
  console.log(JSON.stringify({ ...summary, failures: summary.failures.length }));
  return summary.failures.map((failure) => JSON.stringify(failure));
}

async function kills([count = 1000, seed = randomSeed()]: readonly number[]): Promise<readonly string[]> {
  const { runKillTorture } = await import('../test/server/kill-torture.js');
  console.log(`seed ${seed}`);
  const report = await runKillTorture({
    kills: count,
    seed,
    log: (line) => {
      console.log(line);
    },
  });
  console.log(JSON.stringify({ ...report, violations: report.violations.length }));
  return report.violations;
}

async function sectors([plans = 100_000, seed = randomSeed()]: readonly number[]): Promise<
  readonly string[]
> {
  const { runSectorTorture } = await import('../test/storage/sector-torture.js');
  const report = await runSectorTorture({
    plans,
    seed,
    onPlan: (plan) => {
      if ((plan + 1) % 1000 === 0) console.log(`${plan + 1} of ${plans} plans`);
    },
  });
  console.log(JSON.stringify({ ...report, seed, violations: report.violations.length }));
  return report.violations;
}

async function damage([stride = 1, seed = randomSeed()]: readonly number[]): Promise<readonly string[]> {
  const { runDamageTorture } = await import('../test/storage/damage-torture.js');
  const report = await runDamageTorture({
    stride: Math.max(1, stride),
    seed,
    onCase: (done) => {
      if (done % 5000 === 0) console.log(`${done} cases`);
    },
  });
  console.log(JSON.stringify({ ...report, seed, violations: report.violations.length }));
  return report.violations;
}

async function thermos([rounds = 1000]: readonly number[]): Promise<readonly string[]> {
  const { runThermosTorture } = await import('../test/thermos/torture.js');
  const report = await runThermosTorture({
    rounds,
    log: (line) => {
      console.log(line);
    },
  });
  console.log(JSON.stringify({ ...report, violations: report.violations.length }));
  return report.violations;
}

async function thermosSim([seeds = 100_000, from = 0]: readonly number[]): Promise<readonly string[]> {
  const { runSeed } = await import('../test/thermos/sim/run-seed.js');
  const violations: string[] = [];
  for (let seed = from; seed < from + seeds; seed++) {
    const result = runSeed(seed);
    if (result.violations.length > 0) violations.push(JSON.stringify(result));
    if ((seed - from + 1) % 1000 === 0) console.log(`${seed - from + 1} of ${seeds} seeds`);
  }
  return violations;
}

async function agent([rounds = 1000, seed = randomSeed()]: readonly number[]): Promise<readonly string[]> {
  const { runAgentTorture } = await import('../test/agent/agent-torture.js');
  console.log(`seed ${seed}`);
  return await runAgentTorture({
    rounds,
    tasks: 100,
    seed,
    log: (line) => {
      console.log(line);
    },
  });
}

async function churn([tasks = 10_000]: readonly number[]): Promise<readonly string[]> {
  const { runAgentChurn } = await import('../test/agent/agent-churn.js');
  return await runAgentChurn({
    tasks,
    log: (line) => {
      console.log(line);
    },
  });
}

async function language([programs = 100_000, seed = randomSeed()]: readonly number[]): Promise<
  readonly string[]
> {
  const { runMutationTorture } = await import('../test/config/mutation-torture.js');
  const report = runMutationTorture({
    programs,
    seed,
    onProgram: (done) => {
      if (done % 1000 === 0) console.log(`${done} of ${programs} programs`);
    },
  });
  console.log(JSON.stringify({ ...report, seed, violations: report.violations.length }));
  return report.violations;
}

function randomSeed(): number {
  return Math.floor(seededRandom(process.pid).next() * 2 ** 31);
}
