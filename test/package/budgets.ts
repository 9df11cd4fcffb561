/** What a subpath may cost those who import it. Set some 15 % above what was measured; a module is not 15 % of one. */
export interface Budget {
  /** Files of JavaScript that `import` loads, dependencies included, Node's own left out. */
  readonly modules: number
  /** Their bytes, as they are on disk. */
  readonly bytes: number
  /** Node's own modules that it loads. */
  readonly builtins: readonly string[]
  /** What a user of it typically names … */
  readonly names: readonly string[]
  /** … and the bytes that come of it when bundled, tree-shaken and minified, dependencies included. */
  readonly bundle: number
  /** Whether a bundle of it may hold `re2js`, by far the biggest thing that the package installs. */
  readonly re2js?: true
}

export const BUDGETS: Readonly<Record<string, Budget>> = {
  andon: {
    modules: 3,
    bytes: 44_500,
    builtins: [],
    names: ['verdict', 'rateGate', 'combine', 'quorum'],
    bundle: 9_500,
  },
  'andon/pipeline': {
    modules: 5,
    bytes: 137_000,
    builtins: [],
    names: ['pipeline', 'runPipeline', 'simulatePipeline'],
    bundle: 155_500,
  },
  'andon/canary': { modules: 6, bytes: 131_000, builtins: [], names: ['startCanaries', 'httpProbe'], bundle: 20_500 },
  'andon/journal': { modules: 6, bytes: 59_000, builtins: ['node:fs'], names: ['sqliteJournal'], bundle: 8_500 },
  'andon/cord': {
    modules: 4,
    bytes: 46_000,
    builtins: ['node:fs/promises', 'node:path'],
    names: ['fileCord'],
    bundle: 5_000,
  },
  'andon/report': { modules: 8, bytes: 197_000, builtins: [], names: ['reportPage', 'timeline'], bundle: 21_000 },
  'andon/flags': {
    modules: 8,
    bytes: 480_500,
    builtins: ['node:buffer', 'node:crypto', 'node:fs', 'node:fs/promises', 'node:path'],
    names: ['createFlagClient', 'staticSource'],
    bundle: 210_500,
    re2js: true,
  },
  'andon/flags/control': {
    modules: 8,
    bytes: 418_500,
    builtins: ['node:crypto', 'node:path'],
    names: ['fileWriter', 'changeDocument', 'createLadder'],
    bundle: 211_000,
    re2js: true,
  },
  'andon/flags/openfeature': {
    modules: 4,
    bytes: 47_000,
    builtins: [],
    names: ['createOpenFeatureProvider'],
    bundle: 5_000,
  },
  'andon/shadow': {
    modules: 40,
    bytes: 300_000,
    builtins: ['node:buffer', 'node:crypto', 'node:events', 'node:zlib'],
    names: ['createShadow'],
    bundle: 206_500,
  },
  'andon/scenarios': {
    modules: 8,
    bytes: 258_500,
    builtins: ['node:fs', 'node:os', 'node:process'],
    names: ['loadScenarios', 'defineSteps'],
    bundle: 28_500,
    re2js: true,
  },
  'andon/ledger': {
    modules: 6,
    bytes: 107_500,
    builtins: ['node:fs'],
    names: ['sqliteLedger', 'memoryLedger'],
    bundle: 20_000,
  },
  'andon/placement': {
    modules: 4,
    bytes: 99_500,
    builtins: ['node:timers/promises'],
    names: ['placementSafety', 'planGroups'],
    bundle: 27_000,
  },
  'andon/reservation': {
    modules: 16,
    bytes: 670_000,
    builtins: ['node:events', 'node:fs', 'node:fs/promises', 'node:path', 'node:timers/promises'],
    names: ['createCoordinator', 'createReservationClient', 'safetyCheckHandler'],
    bundle: 119_500,
  },
  'andon/leases': {
    modules: 6,
    bytes: 80_000,
    builtins: ['node:fs'],
    names: ['sqliteLeases', 'heartbeat'],
    bundle: 19_500,
  },
  'andon/telemetry': { modules: 6, bytes: 70_000, builtins: [], names: ['cloudWatchSink'], bundle: 14_500 },
  'andon/testing': {
    modules: 3,
    bytes: 89_500,
    builtins: ['node:crypto', 'node:events', 'node:http'],
    names: ['startAppConfigServer'],
    bundle: 16_000,
  },
}

/** Bytes of a bundle that uses `verdict` alone: what is left of core where nothing else is used. */
export const ONE_FUNCTION = 2_000
