export type { JsonObject } from '../documents/json-object.ts'
export {
  type AppConfigWriter,
  type AppConfigWriterOptions,
  appConfigWriter,
  type DeploymentEnd,
} from './app-config-writer.ts'
export { type Change, type ChangeOptions, changeDocument } from './change-document.ts'
export { checkContent, type DocumentKind } from './check-content.ts'
export type { AppConfigClientLike } from './control-api.ts'
export {
  createLadder,
  type LadderControl,
  type LadderMove,
  type LadderOptions,
  type LadderOutcome,
  type LadderRetreat,
} from './create-ladder.ts'
export { type Difference, describeDifference, diffDocuments } from './diff.ts'
export type { DocumentWriter, StopOptions, WriteOptions, WrittenDocument } from './document-writer.ts'
export { fileWriter } from './file-writer.ts'
export { CORD_FLAG, type FlagCordOptions, flagCord, flagCordReader } from './flag-cord.ts'
