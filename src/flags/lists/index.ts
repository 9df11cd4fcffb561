export { buildIdList, buildIdListSync, type IdSource } from './build-id-list.ts'
export type { BuildIdListOptions, IdListOptions } from './build-options.ts'
export type { IdList } from './id-list.ts'
export { type ListFile, type ListFileOptions, type ListFileOutcome, listFile } from './list-file.ts'
export {
  type ListEvent,
  type ListHolder,
  type ListHolderOptions,
  listHolder,
  type SwapOutcome,
} from './list-holder.ts'
export type { ListFormat } from './text-reader.ts'
