/**
 * Options of the original that mean nothing in a local cluster, so that who brings a command line along learns why,
 * rather than that the name is unknown.
 */
export function whyNotHere(name: string): string | undefined {
  return REASONS.find(([pattern]) => pattern.test(name))?.[1];
}

const REASONS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^(?:zk_|serverset_)/, 'there is no ZooKeeper here: a local cluster has one scheduler'],
  [
    /^(?:max_leading_duration|max_registration_delay)$/,
    'a local cluster has one scheduler, which always leads',
  ],
  [/^(?:native_log_|dlog_)/, "the store is one SQLite file in the cluster's home"],
  [
    /^(?:mesos_|framework_|populate_discovery_info$|executor_user$|thermos_executor_(?:path|flags|resources)$|thermos_home_in_sandbox$|custom_executor_config$|global_container_mounts$|default_docker_parameters$)/,
    'there is no Mesos here: the agents run tasks themselves',
  ],
  [
    /^(?:min_offer_hold_time|hold_offers_forever|offer_filter_duration|offer_hold_jitter_window|offer_static_ban_cache_max_size|unavailability_threshold)$/,
    'an agent has one offer, what it has left; nothing is held, declined or banned',
  ],
  [
    /^(?:kerberos_|shiro_|http_authentication_mechanism$|enable_cors_for$|ip$|hostname$|http_port$)/,
    'the scheduler listens on this machine only, for its own users; clusters.yaml sets the port',
  ],
  [/_modules?$|^shiro_realm_modules$/, 'no Java classes are loaded here'],
  [
    /^(?:async_worker_threads|cron_scheduler_num_threads|scheduling_max_batch_size|max_status_update_batch_size|max_task_event_batch_size|async_slot_stat_update_interval)$/,
    'the scheduler is one thread, and what arrives together is one transaction',
  ],
  [/^backup_dir$/, "backups are in the cluster's home"],
];
