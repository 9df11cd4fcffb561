// What was built before is no part of what is built now.
import { rmSync } from 'node:fs'

rmSync('dist', { recursive: true, force: true })
