export { combineLayers } from './combine-layers.ts';
export { parseLayer, printYaml, type ParseLayerOptions } from './parse-layer.ts';
export {
  isSamePlan,
  planDifference,
  type PlanDifference,
  type SectionDifference,
} from './plan-difference.ts';
export { PebblePlanError, type PlanPlace } from './plan-error.ts';
