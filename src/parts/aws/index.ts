export { onlyOnce } from './only-once.ts'
