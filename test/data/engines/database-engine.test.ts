import { DatabaseEngine } from 'cdk8s-production';
import { argumentHoldsSecret } from '../../../lib/core/secrets';
import { AT, contextOf, engineOf, healthOf, serverOf } from '../../helpers/engine';

const ENGINES: ReadonlyArray<readonly [string, DatabaseEngine]> = [
  ['PostgreSQL', DatabaseEngine.postgres({ version: '16.4' })],
  ['MySQL', DatabaseEngine.mysql({ version: '8.4.3' })],
  ['MongoDB', DatabaseEngine.mongodb({ version: '7.0.14' })],
  ['Redis', DatabaseEngine.redis({ version: '7.4.1' })],
];

test.each(ENGINES)('%s never shows a secret: passwords are references, and no command holds one', (_, engine) => {
  const server = serverOf(engine);
  const probes = Object.values(healthOf(engine)).flatMap(probe => probe.exec!.command!);
  for (const word of [...server.command ?? [], ...server.args ?? [], ...server.preStop ?? [], ...probes]) { expect(argumentHoldsSecret(word)).toBe(false); }
  for (const [name, value] of [...Object.entries(server.env), ...Object.entries(engineOf(engine).exporter(contextOf())!.env)]) {
    if (/PASS|AUTH/.test(name)) { expect(value).toHaveProperty('valueFrom.secretKeyRef.name', 'db'); }
  }
});

test.each(ENGINES)('%s is the same each time it is asked, and has scripts for a backup that is tried and restored', (_, engine) => {
  expect(JSON.stringify(engineOf(engine).server(contextOf()))).toBe(JSON.stringify(engineOf(engine).server(contextOf())));
  expect(Object.keys(engineOf(engine).scripts!).sort()).toEqual(['drill', 'dump', 'extension', 'restore', 'restoresInto']);
});

test.each(ENGINES.slice(1))('%s gives an operator what its user says, and leaves the rest to it', (_, engine) => {
  expect(engineOf(engine).operated(contextOf())).toEqual({ parameters: {}, version: engineOf(engine).image.split(':')[1] });
});

test.each(ENGINES)('%s leaves a pod unready before it restarts it', (_, engine) => {
  const { readinessProbe, livenessProbe } = engine._engine(AT).server(contextOf()).health._render(AT, [engineOf(engine).port]);
  expect(livenessProbe!.periodSeconds! * livenessProbe!.failureThreshold!).toBeGreaterThan(readinessProbe!.periodSeconds! * readinessProbe!.failureThreshold!);
});
