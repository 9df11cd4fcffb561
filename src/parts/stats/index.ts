export { countEvidence } from './count-evidence.ts'
export { poissonInterval } from './poisson-interval.ts'
export { median, quantile } from './quantile.ts'
