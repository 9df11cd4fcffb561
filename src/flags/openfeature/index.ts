export { createOpenFeatureProvider, type OpenFeatureOptions } from './provider.ts'
