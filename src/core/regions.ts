import { createRegionCatalogue } from './region-catalogue.ts'

const region = (partition: string, name: string, geography: string, prefix: string, zones: number) => ({
  place: `${partition}/${name}`,
  name,
  partition,
  geography,
  zones: Array.from({ length: zones }, (_, i) => `${prefix}-az${i + 1}`),
})

/**
 * Regions of three partitions, with zone ids. Source: the public AWS lists of regions and availability zone ids. Not
 * the whole list: bring your own with `createRegionCatalogue`.
 */
export const awsRegions = /* @__PURE__ */ createRegionCatalogue([
  region('aws', 'eu-north-1', 'Europe', 'eun1', 3),
  region('aws', 'us-east-1', 'North America', 'use1', 6),
  region('aws-us-gov', 'us-gov-west-1', 'North America', 'usgw1', 3),
  region('aws-cn', 'cn-north-1', 'China', 'cnn1', 3),
])
