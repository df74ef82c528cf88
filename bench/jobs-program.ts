/** A config of `count` jobs with a task of three processes each, templates in all of them, made in a loop. */
export function jobsProgram(count: number): string {
  return `
jobs = []
for i in range(${count}):
  package = 'http://repo.example.net/{{role}}/app-%d.tgz' % i
  fetch = Process(name='fetch', cmdline='curl -sSfO {{package}} && tar xzf app.tgz')
  run = Process(name='run', cmdline='./run --job {{name}} --shard {{mesos.instance}} --port {{thermos.ports[http]}} --env {{environment}}')
  report = Process(name='report', cmdline='./report {{super.name}} {{cluster}} {{package}}', final=True)
  task = Task(
    name='task-%d' % i,
    processes=[fetch, run, report],
    constraints=order(fetch, run),
    resources=Resources(cpu=0.5, ram=128*MB, disk=256*MB))
  jobs.append(Service(
    name='app-%d' % i, role='www', cluster='east', environment='prod', instances=3, task=task,
    constraints={'rack': 'limit:1'}).bind(package=package))
`;
}

/** The same loop for languages that know no jobs: dicts made by functions of their own. */
export function dictsProgram(count: number): string {
  const loop = jobsProgram(count).replace('.bind(package=package)', '').replaceAll('\n', '\n  ');
  const structs = ['Process', 'Task', 'Resources', 'Service'];
  return [
    'MB = 1024 * 1024',
    ...structs.map((name) => `def ${name}(**fields):\n  return fields`),
    'def order(*processes):\n  return [p["name"] for p in processes]',
    `def make():${loop}return len(jobs)`,
    'print(make())\n',
  ].join('\n');
}
