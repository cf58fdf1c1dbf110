// Configuration from the environment
export { type ConfigProblem, formatConfigProblems } from './config/config-problem.ts'
export {
  type Config,
  type ConfigDefinition,
  defineConfig,
  type Setting,
  type Settings,
} from './config/define-config.ts'
export {
  describeSettings,
  formatSettingsHelp,
  formatSettingsTable,
  type SettingDescription,
} from './config/describe-settings.ts'
export { nearestName } from './config/nearest-name.ts'
export { type ConfigResult, type Environment, readConfig } from './config/read-config.ts'
export { type Bounds, flag, integer, list, milliseconds, seconds } from './config/schemas.ts'

// Logging
export type { Logger } from 'pino'
export { createLogger, type LoggerOptions, type LogLevel, logLevels } from './logging/create-logger.ts'
export { type SerializedError, serializeError } from './logging/serialize-error.ts'

// Commands
export { describeError } from './commands/describe-error.ts'
export { formatTable } from './commands/format-table.ts'
export { UsageError } from './commands/usage-error.ts'

// Lifecycle and health
export {
  type Answer,
  type OperationsServer,
  type OperationsServerOptions,
  startOperationsServer,
} from './http/operations-server.ts'
export {
  type CheckResult,
  createReadiness,
  type Readiness,
  type ReadinessCheck,
  type ReadinessOptions,
  type ReadinessReport,
} from './readiness.ts'
export { exitCodes, type RunningService, runService, type ServiceOptions } from './run-service.ts'
