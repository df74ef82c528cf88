import { describe, expect, test } from '@jest/globals';
import { convertJob } from '../../src/config/convert.js';
import { ConfigHooks, type HookedCall } from '../../src/config/hooks.js';
import { prepareJob, type PickedJob } from '../../src/config/prepare-job.js';
import { BASE, load } from './config-rig.js';

const CREATE: HookedCall = { method: 'create_job', args: ['config'] };
const KILL: HookedCall = {
  method: 'kill_job',
  args: ['job_key'],
  keywords: { instances: [0, 2], config: 'config', message: { text: 'why' } },
};
const OK = { responseCode: 'OK', messages: [] } as const;

function hooked(source: string, enable = 'True'): { picked: PickedJob; hooks: ConfigHooks } {
  const picked = prepareJob(load(`${BASE}${source}\njobs = [j(enable_hooks=${enable}, contact='me')]`), 0);
  return { picked, hooks: new ConfigHooks(picked) };
}

describe('before a call', () => {
  test('a hook may add metadata', () => {
    const { picked, hooks } = hooked(`
class AddMetadata:
  def __init__(self, labels): self.labels = labels
  def pre_create_job(self, config):
    for k, v in sorted(self.labels.items()): config.add_metadata(k, v)
    config.add_metadata('where', '%s/%s/%s' % (config.role(), config.raw().contact(), config.job_key()))
    return True
hooks = [AddMetadata({'team': 'a'})]`);
    expect(hooks.before(CREATE)).toEqual([]);
    expect(convertJob(picked, { user: 'u' }).taskConfig.metadata).toEqual([
      { key: 'team', value: 'a' },
      { key: 'where', value: 'ops/me/west/ops/test/web' },
    ]);
  });

  test('every hook runs, and each that returns nothing true or raises is named', () => {
    const { picked, hooks } = hooked(`
class Forgetful:
  def pre_create_job(self, config): pass
class Strict(object):
  def pre_create_job(self, config): raise ValueError('not on Fridays')
class Last(object):
  def pre_create_job(self, config):
    config.add_metadata('last', 'ran')
    return 1
hooks = [Forgetful(), Strict(), Last()]`);
    expect(hooks.before(CREATE).map(({ hook, reason }) => `${hook}: ${reason}`)).toEqual([
      'Forgetful.pre_create_job: returned None: a hook lets the call through by returning True',
      'Strict.pre_create_job: not on Fridays',
    ]);
    expect(picked.addedMetadata).toEqual([{ key: 'last', value: 'ran' }]);
  });

  test('arguments come by place and by name', () => {
    const { picked, hooks } = hooked(`
class Guard(object):
  def pre_kill_job(self, job_key, instances=None, config=None, message=None):
    config.add_metadata('seen', '%s %s %s %s' % (job_key, job_key.env, instances, message))
    return True
hooks = [Guard()]`);
    expect(hooks.before(KILL)).toEqual([]);
    expect(picked.addedMetadata).toEqual([{ key: 'seen', value: 'west/ops/test/web test [0, 2] why' }]);
  });

  test('the generic hook takes the place of what a hook lacks', () => {
    const { picked, hooks } = hooked(`
class All(object):
  def pre_create_job(self, config): return True
  def generic_hook(self, hook_config, event, method, result, args, kw):
    text = '%s %s %s %s %s' % (event, method, result, len(args), sorted(kw))
    hook_config.config.add_metadata(str(hook_config.job_key), text)
    return event != 'pre' or kw['instances'] != [0, 2]
hooks = [All()]`);
    expect(hooks.before(CREATE)).toEqual([]);
    expect(hooks.before(KILL)).toMatchObject([{ hook: 'All.generic_hook', reason: 'returned False' }]);
    expect(picked.addedMetadata).toEqual([
      { key: 'west/ops/test/web', value: "pre kill_job None 1 ['config', 'instances', 'message']" },
    ]);
  });

  test('a job that does not ask for hooks has none', () => {
    const { hooks } = hooked(
      'class No(object):\n  def pre_create_job(self, c): return False\nhooks = [No()]',
      'False',
    );
    expect(hooks.before(CREATE)).toEqual([]);
  });
});

describe('after a call', () => {
  const source = `
class Log(object):
  def post_create_job(self, result, config): config.add_metadata('post', str(result.responseCode))
  def err_create_job(self, problem, config): config.add_metadata('err', str(problem))
hooks = [Log()]`;

  test('post_ gets the answer', () => {
    const { picked, hooks } = hooked(source);
    expect(hooks.after(CREATE, OK)).toEqual([]);
    expect(picked.addedMetadata).toEqual([{ key: 'post', value: '1' }]);
  });

  test('err_ gets a refusal, or what went wrong on the way', () => {
    const { picked, hooks } = hooked(source);
    hooks.after(CREATE, { responseCode: 'INVALID_REQUEST', messages: ['no quota'] });
    hooks.failed(CREATE, 'connection refused');
    expect(picked.addedMetadata.map(({ value }) => value)).toEqual([
      'INVALID_REQUEST: no quota',
      'connection refused',
    ]);
  });

  test('what it raises is told, and changes nothing', () => {
    const { hooks } = hooked(
      'class Bad(object):\n  def post_create_job(self, result): return True\nhooks = [Bad()]',
    );
    expect(hooks.after(CREATE, OK)).toMatchObject([{ hook: 'Bad.post_create_job' }]);
    expect(hooks.after(CREATE, OK)[0]?.reason).toMatch(/^post_create_job\(\) takes/);
  });
});
