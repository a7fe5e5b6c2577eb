import { goDuration } from '../../core/go-duration';
import type { PlainFields } from '../../core/measurement';
import type { PlannedStep } from '../steps/canary-plan';
import type { HeaderMatch, MirrorMatch } from '../steps/canary-step';
import type { ExperimentOptions } from '../steps/experiment';

/**
 * A step as Argo Rollouts reads it.
 *
 * @param analysis the step's own analysis, or its experiment's, as the Rollout refers to it
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/specification/
 * @internal
 */
export function renderStep({ action }: PlannedStep, analysis: PlainFields | undefined): PlainFields {
  switch (action.kind) {
    case 'setWeight': return { setWeight: action.percent };
    case 'pause': return { pause: action.duration === undefined ? {} : { duration: goDuration(action.duration.toSeconds()) } };
    case 'setCanaryScale': return { setCanaryScale: { [action.scale._kind]: action.scale._value } };
    case 'analysis': return { analysis };
    case 'experiment': return { experiment: renderExperiment(action.experiment, analysis) };
    case 'setHeaderRoute': return { setHeaderRoute: { match: action.route.headers.map(renderHeader), name: action.route.name } };
    case 'setMirrorRoute': return { setMirrorRoute: { match: action.route.match.map(renderMirror), name: action.route.name, percentage: action.route.percent ?? 100 } };
    // A route without matches is how the controller is told to remove it.
    case 'removeRoute': return { [action.mirrors === true ? 'setMirrorRoute' : 'setHeaderRoute']: { name: action.name } };
  }
}

function renderHeader({ name, value }: HeaderMatch): PlainFields {
  return { headerName: name, headerValue: value._render() };
}

function renderMirror({ method, path, headers }: MirrorMatch): PlainFields {
  return {
    ...headers === undefined ? {} : { headers: Object.fromEntries(headers.map(({ name, value }) => [name, value._render()])) },
    ...method === undefined ? {} : { method: method._render() },
    ...path === undefined ? {} : { path: path._render() },
  };
}

function renderExperiment(experiment: ExperimentOptions, analysis: PlainFields | undefined): PlainFields {
  const { templates = [], args } = (analysis ?? {}) as { templates?: readonly (PlainFields & { readonly templateName: string })[]; args?: unknown };
  return {
    ...templates.length === 0 ? {} : {
      analyses: templates.map(({ templateName, ...scope }) => ({ ...args === undefined ? {} : { args }, ...scope, name: templateName, requiredForCompletion: true, templateName })),
    },
    ...experiment.duration === undefined ? {} : { duration: goDuration(experiment.duration.toSeconds()) },
    templates: experiment.pods.map(({ name, from, replicas, weight }) => ({
      name, replicas: replicas ?? 1, specRef: from, ...weight === undefined ? {} : { weight },
    })),
  };
}
