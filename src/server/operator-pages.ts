import { addResources, NO_RESOURCES, type Resources } from '../model/resources.js';
import { formatJobKey, parseClusterJobKey } from '../model/job-key.js';
import { LIVE_STATES } from '../model/scheduled-task.js';
import { CONSUMPTION_METRICS, type ConfigConsumption } from '../scheduler/utilization.js';
import type { Store } from '../storage/store.js';
import { structNamed } from '../thrift/codec.js';
import { loadSchema } from '../thrift/load-schema.js';
import { toJson } from '../thrift/simple-json.js';
import { escapeHtml, htmlPage, htmlTable, link, type Cell } from './html-page.js';
import { HttpRefusal } from './http-body.js';
import type { HttpAnswer } from './thrift-route.js';

/** `/utilization[/METRIC[/ROLE]]`: what active tasks ask for, in all by metric, by role, or by job of a role. */
export function utilizationPage(
  consumptions: readonly ConfigConsumption[],
  metric: string | undefined,
  role: string | undefined,
): HttpAnswer {
  if (metric === undefined) {
    const rows = CONSUMPTION_METRICS.map((name) => [
      link(`/utilization/${name}`, name),
      ...amounts(sum(consumptions.filter((item) => countsTo(item, name)))),
    ]);
    return htmlPage('Utilization', htmlTable(['Metric', ...AMOUNTS], rows));
  }
  if (!CONSUMPTION_METRICS.some((name) => name === metric))
    throw new HttpRefusal(400, 'Invalid metric type.');
  const counted = consumptions.filter((item) => countsTo(item, metric));
  if (role === undefined) {
    const rows = byKey(counted, ({ job }) => job.role).map(([name, items]) => [
      link(`/utilization/${metric}/${encodeURIComponent(name)}`, name),
      ...amounts(sum(items)),
    ]);
    return htmlPage(`Utilization: ${metric}`, htmlTable(['Role', ...AMOUNTS], rows));
  }
  const ofRole = counted.filter(({ job }) => job.role === role);
  const rows = byKey(ofRole, ({ job }) => formatJobKey(job)).map(([name, items]) => [
    name,
    ...amounts(sum(items)),
  ]);
  return htmlPage(`Utilization: ${metric}, role ${role}`, htmlTable(['Job', ...AMOUNTS], rows));
}

const AMOUNTS = ['CPU', 'RAM (MB)', 'Disk (MB)', 'GPU', 'Ports'];

function countsTo(item: ConfigConsumption, metric: string): boolean {
  return metric === 'total_consumed' || item.metric === metric;
}

function sum(items: readonly ConfigConsumption[]): Resources {
  return items.reduce((total, { amount }) => addResources(total, amount), NO_RESOURCES);
}

function amounts({ cpus, ramMb, diskMb, gpus, ports }: Resources): Cell[] {
  return [cpus, ramMb, diskMb, gpus, ports];
}

function byKey(
  items: readonly ConfigConsumption[],
  keyOf: (item: ConfigConsumption) => string,
): Array<[string, ConfigConsumption[]]> {
  const groups = new Map<string, ConfigConsumption[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item)) ?? [];
    group.push(item);
    groups.set(keyOf(item), group);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

const STRUCT_USAGE = 'Usage: /structdump/task/TASK_ID or /structdump/cron/ROLE/ENV/NAME';

/** `/structdump/task/ID`: a stored task with all its fields. `path` is what follows the first word. */
export function structDump(store: Store, path: string): HttpAnswer {
  const [kind, ...rest] = path.split('/').filter((part) => part !== '');
  if (kind === 'task' && rest.length === 1) {
    const task = store.task(rest[0] ?? '');
    if (!task) return htmlPage('Entity not found', '', 404);
    const type = structNamed(loadSchema('api.thrift'), 'ScheduledTask');
    const text = JSON.stringify(toJson(type, task), undefined, 2);
    return htmlPage(`Task ${task.assignedTask.taskId}`, `<pre>${escapeHtml(text)}</pre>`);
  }
  if (kind === 'cron' && rest.length === 3) return htmlPage('Entity not found', '', 404);
  throw new HttpRefusal(400, STRUCT_USAGE);
}

const MEMBER_USAGE = 'Usage: /mname/ROLE/ENV/NAME/INSTANCE[/PATH]';
const HTTP_PORTS = ['health', 'http', 'HTTP', 'web', 'admin'];

/** `/mname/r/e/job/instance[/path]`: to the task's own pages; `path` and `search` are parts of a URL, as they came. */
export function memberAddress(store: Store, path: string, search: string): HttpAnswer {
  const [role, environment, name, instance, ...rest] = path.split('/').filter((part) => part !== '');
  const key = parseClusterJobKey(`cluster/${role ?? ''}/${environment ?? ''}/${name ?? ''}`);
  if (!key.ok || instance === undefined || !/^\d{1,9}$/.test(instance))
    throw new HttpRefusal(400, MEMBER_USAGE);
  const ofInstance = [...store.entriesOfJob(formatJobKey(key.value))].filter(
    ({ task }) => task.assignedTask.instanceId === Number(instance),
  );
  const live = ofInstance.find(({ task }) => LIVE_STATES.has(task.status));
  const latest = ofInstance.at(-1);
  if (!live && !latest) throw new HttpRefusal(404, 'No such live instance found.');
  if (!live) {
    const status = latest?.task.status ?? '';
    throw new HttpRefusal(404, `The selected instance is currently in state ${status}`);
  }
  const { assignedPorts } = live.task.assignedTask;
  // The agents of a local cluster are on this machine.
  const port = HTTP_PORTS.map((portName) => assignedPorts.get(portName)).find((found) => found !== undefined);
  if (port === undefined) throw new HttpRefusal(404, 'The task does not have a registered http port.');
  return {
    status: 307,
    headers: { location: `http://127.0.0.1:${port}/${rest.join('/')}${search}` },
    body: '',
  };
}
