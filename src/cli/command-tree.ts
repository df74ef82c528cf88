import type { CommandNode } from './command.js';

/** Everything that `aurora` can do. Summaries are here so that lists of verbs need no module. */
export const AURORA_COMMANDS: readonly CommandNode[] = [
  {
    name: 'job',
    summary: 'Work with an aurora job',
    verbs: [
      {
        name: 'status',
        summary:
          'Get status information about a scheduled job or group of jobs. The jobspec parameter can omit parts ' +
          'of the jobkey, or use shell-style globs.',
        load: async () => (await import('./job/status.js')).statusCommand,
      },
      {
        name: 'create',
        summary: 'Create a service or ad hoc job using aurora',
        load: async () => (await import('./job/create.js')).createCommand,
      },
      {
        name: 'inspect',
        summary:
          'Verify that a job can be parsed from a configuration file, and display the parsed configuration.',
        load: async () => (await import('./job/inspect.js')).inspectCommand,
      },
      {
        name: 'list',
        summary: 'List jobs that match a jobkey or jobkey pattern.',
        load: async () => (await import('./job/list.js')).listCommand,
      },
      {
        name: 'logs',
        summary: 'Show what the processes of a job have printed.',
        load: async () => (await import('./job/logs.js')).logsCommand,
      },
      {
        name: 'run',
        summary: 'Run instances of a job on this machine, without a scheduler.',
        load: async () => (await import('./job/run.js')).jobRunCommand,
      },
      {
        name: 'explain',
        summary: 'Tell why the instances of a job wait, and where they would fit.',
        load: async () => (await import('./job/explain.js')).explainCommand,
      },
      {
        name: 'add',
        summary:
          'Add instances to a scheduled job. The task config to replicate is specified by the /INSTANCE value ' +
          'of the task_instance argument.',
        load: async () => (await import('./job/add.js')).addCommand,
      },
      {
        name: 'kill',
        summary: 'Kill instances in a scheduled job',
        load: async () => (await import('./job/kill.js')).killCommand,
      },
      {
        name: 'killall',
        summary: 'Kill all instances of a scheduled job',
        load: async () => (await import('./job/kill.js')).killAllCommand,
      },
      {
        name: 'diff',
        summary:
          "Compare a job configuration against a running job. By default the diff will be displayed using 'diff', " +
          'though you may choose an alternate diff command by setting the DIFF_VIEWER environment variable.',
        load: async () => (await import('./job/diff.js')).diffCommand,
      },
      {
        name: 'open',
        summary: "Open a job's scheduler page in the web browser.",
        load: async () => (await import('./job/open.js')).openCommand,
      },
      {
        name: 'restart',
        summary:
          'Perform a rolling restart of instances within a job. Restarts are fully controlled client-side, so ' +
          'aborting halts the restart.',
        load: async () => (await import('./job/restart.js')).restartCommand,
      },
    ],
  },
  {
    name: 'cluster',
    summary: 'Start, stop and look at the clusters of this machine',
    verbs: [
      {
        name: 'status',
        summary: 'Show scheduler and agents, with resources total, promised and used.',
        load: async () => (await import('./cluster/cluster.js')).clusterStatusCommand,
      },
      {
        name: 'start',
        summary: 'Start a local cluster in the background.',
        load: async () => (await import('./cluster/cluster.js')).clusterStartCommand,
      },
      {
        name: 'stop',
        summary: 'End scheduler, agents and tasks of a local cluster.',
        load: async () => (await import('./cluster/cluster.js')).clusterStopCommand,
      },
      {
        name: 'top',
        summary: 'A live view of agents and jobs.',
        load: async () => (await import('./cluster/top.js')).clusterTopCommand,
      },
      {
        name: 'doctor',
        summary: 'Look for what is wrong with a local cluster.',
        load: async () => (await import('./cluster/doctor.js')).clusterDoctorCommand,
      },
    ],
  },
  {
    name: 'update',
    summary: 'Interact with the aurora update service.',
    verbs: [
      {
        name: 'start',
        summary: 'Start a rolling update of a running job.',
        load: async () => (await import('./update/start.js')).updateStartCommand,
      },
      {
        name: 'list',
        summary: 'List summary information about in-progress and completed job updates.',
        load: async () => (await import('./update/list.js')).updateListCommand,
      },
      {
        name: 'info',
        summary: 'Display detailed status information about a scheduler-driven in-progress update.',
        load: async () => (await import('./update/info.js')).updateInfoCommand,
      },
      {
        name: 'wait',
        summary: 'Block until an update has entered a terminal state.',
        load: async () => (await import('./update/wait.js')).waitCommand,
      },
      {
        name: 'pause',
        summary: 'Pause an update.',
        load: async () => (await import('./update/change.js')).pauseCommand,
      },
      {
        name: 'resume',
        summary: 'Resume an update.',
        load: async () => (await import('./update/change.js')).resumeCommand,
      },
      {
        name: 'abort',
        summary: 'Abort an in-progress update.',
        load: async () => (await import('./update/change.js')).abortCommand,
      },
      {
        name: 'rollback',
        summary: 'Roll back an in-progress update.',
        load: async () => (await import('./update/change.js')).rollbackCommand,
      },
    ],
  },
  {
    name: 'cron',
    summary: 'Work with entries in the aurora cron scheduler',
    verbs: [
      {
        name: 'schedule',
        summary: 'Create a cron schedule for a job',
        load: async () => (await import('./cron/cron.js')).scheduleCommand,
      },
      {
        name: 'deschedule',
        summary: 'Remove the cron schedule for a job',
        load: async () => (await import('./cron/cron.js')).descheduleCommand,
      },
      {
        name: 'start',
        summary: 'Start a cron job immediately, outside of its normal cron schedule',
        load: async () => (await import('./cron/cron.js')).startCommand,
      },
      {
        name: 'show',
        summary: 'Get the scheduling status of a cron job',
        load: async () => (await import('./cron/cron.js')).showCommand,
      },
    ],
  },
  {
    name: 'config',
    summary: 'Work with an aurora configuration file',
    verbs: [
      {
        name: 'list',
        summary: 'List all jobs defined in a configuration file',
        load: async () => (await import('./config/list.js')).configListCommand,
      },
      {
        name: 'check',
        summary: 'Find all mistakes in configuration files, and what is doubtful.',
        load: async () => (await import('./config/check.js')).configCheckCommand,
      },
      {
        name: 'compile',
        summary: 'Show the jobs of a configuration file as the scheduler would get them.',
        load: async () => (await import('./config/compile.js')).configCompileCommand,
      },
      {
        name: 'eval',
        summary: 'Show the value of an expression after a configuration file has run.',
        load: async () => (await import('./config/eval.js')).configEvalCommand,
      },
      {
        name: 'graph',
        summary: 'Draw the processes of a job and what waits for what.',
        load: async () => (await import('./config/graph.js')).configGraphCommand,
      },
      {
        name: 'fmt',
        summary: 'Lay configuration files out in the house style.',
        load: async () => (await import('./config/fmt.js')).configFmtCommand,
      },
      {
        name: 'repl',
        summary: 'Try the configuration language line by line.',
        load: async () => (await import('./config/repl.js')).configReplCommand,
      },
    ],
  },
  {
    name: 'quota',
    summary: 'Work with quota settings for an Apache Aurora cluster',
    verbs: [
      {
        name: 'get',
        summary: 'Print information about quotas for a role',
        load: async () => (await import('./quota/get.js')).quotaGetCommand,
      },
    ],
  },
  {
    name: 'sla',
    summary: 'Work with SLA data in Aurora cluster.',
    verbs: [
      {
        name: 'get-task-up-count',
        summary: 'Print the percentage of tasks that stayed up within the last durations.',
        load: async () => (await import('./sla/sla.js')).taskUpCountCommand,
      },
      {
        name: 'get-job-uptime',
        summary: 'Print the uptime that percentages of the instances of a job reach.',
        load: async () => (await import('./sla/sla.js')).jobUptimeCommand,
      },
    ],
  },
  {
    name: 'task',
    summary: 'Work with a task running in an Apache Aurora cluster',
    verbs: [
      {
        name: 'run',
        summary: 'runs a shell command on machines currently hosting instances of a single job.',
        load: async () => (await import('./task/run.js')).runCommand,
      },
      {
        name: 'ssh',
        summary: 'Initiate an SSH session on the machine that a task instance is running on.',
        load: async () => (await import('./task/ssh.js')).sshCommand,
      },
      {
        name: 'scp',
        summary: 'executes an scp to/from/between task instance(s).',
        load: async () => (await import('./task/scp.js')).scpCommand,
      },
    ],
  },
  {
    name: 'plan',
    summary: 'Show what creating or updating a job would do, and change nothing.',
    load: async () => (await import('./plan.js')).planCommand,
  },
  {
    name: 'simulate',
    summary: 'Run a scenario with the real scheduler and virtual agents.',
    load: async () => (await import('./simulate.js')).simulateCommand,
  },
  {
    name: 'completion',
    summary: 'Print a script that makes a shell complete what is typed.',
    load: async () => (await import('./completion.js')).completionCommand,
  },
];
