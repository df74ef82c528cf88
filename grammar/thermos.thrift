// Thermos' checkpoint records, as Apache Aurora defined them. A checkpoint file is a sequence of frames: four
// bytes of unsigned big-endian length, then one RunnerCkpt in Thrift's binary protocol without an envelope.

enum ProcessState {
  WAITING = 0
  FORKED = 1
  RUNNING = 2
  SUCCESS = 3
  KILLED = 4
  FAILED = 5
  LOST = 6
}

enum TaskState {
  ACTIVE = 0
  SUCCESS = 1
  FAILED = 2
  KILLED = 3
  LOST = 4
  CLEANING = 5
  FINALIZING = 6
}

struct RunnerHeader {
  1: string task_id
  2: i64 launch_time_ms
  3: string sandbox
  4: string hostname
  5: string user
  6: map<string, i64> ports
  7: string log_dir
  8: i32 uid
}

struct ProcessStatus {
  1: i64 seq
  3: string process
  5: ProcessState state
  6: double start_time
  7: i32 pid
  8: double stop_time
  9: i32 return_code
  10: i32 coordinator_pid
  11: double fork_time
}

struct TaskStatus {
  1: TaskState state
  2: i64 timestamp_ms
  3: i32 runner_pid
  4: i32 runner_uid
}

union RunnerCkpt {
  1: RunnerHeader runner_header
  2: ProcessStatus process_status
  3: TaskStatus task_status
}

// What a replay of the records amounts to: kept in memory, never written to a checkpoint.
struct RunnerState {
  1: RunnerHeader header
  2: list<TaskStatus> statuses
  3: map<string, list<ProcessStatus>> processes
}
