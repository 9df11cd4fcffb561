export { fileCord } from './file-cord.ts'
