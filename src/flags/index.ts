export type { Audience, Audiences, Cohort, IdSet, ListReference } from './audiences/audience.ts'
export { createFlagClient, type FlagClientOptions } from './client/create-flag-client.ts'
export type { Evaluation, FlagClient, FlagView, Readiness } from './client/flag-client.ts'
export type { LastKnownGoodOptions } from './client/last-known-good.ts'
export { defineFlags, type FlagDeclaration, type FlagDeclarations } from './define-flags.ts'
export type { Attributes, AttributeValue, CompiledFlag, CompiledVariant } from './documents/compiled-flag.ts'
export type { DocumentProblem } from './documents/document-problem.ts'
export { type ReadDocument, readDocument } from './documents/read-document.ts'
export type { FlagReason, Outcome } from './evaluation/outcome.ts'
export { buildIdList, buildIdListSync, type IdSource } from './lists/build-id-list.ts'
export type { BuildIdListOptions, IdListOptions } from './lists/build-options.ts'
export type { IdList } from './lists/id-list.ts'
export { type ListFile, type ListFileOptions, type ListFileOutcome, listFile } from './lists/list-file.ts'
export {
  type ListEvent,
  type ListHolder,
  type ListHolderOptions,
  listHolder,
  type SwapOutcome,
} from './lists/list-holder.ts'
export type { ListFormat } from './lists/text-reader.ts'
export { type ExpressLike, expressFlags } from './middleware/express.ts'
export { type FastifyLike, fastifyFlags } from './middleware/fastify.ts'
export { type RequestFlags, type RequestFlagsOptions, requestFlags } from './middleware/request-flags.ts'
export { bucketOf, type SeedState, seedState } from './rules/bucket.ts'
export { type CompiledRule, compileRule, type FlagContext } from './rules/compile-rule.ts'
export type { FlagSource, SourceDocument, SourceHandle, SourceSink } from './source.ts'
export { type AgentSourceOptions, agentSource } from './sources/agent-source.ts'
export { type AppConfigSourceOptions, appConfigSource } from './sources/app-config-source.ts'
export { type FileSourceOptions, fileSource } from './sources/file-source.ts'
export { type StaticSource, staticSource } from './sources/static-source.ts'
