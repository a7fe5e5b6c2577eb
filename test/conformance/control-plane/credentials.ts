import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Who talks to the API server. Every component has its own identity, as in a cluster that kubeadm made. */
const IDENTITIES = {
  'admin': { user: 'conformance', groups: 'system:masters' },
  'controller-manager': { user: 'system:kube-controller-manager', groups: '' },
  'scheduler': { user: 'system:kube-scheduler', groups: '' },
  'kwok': { user: 'kwok', groups: 'system:masters' },
  'metrics-server': { user: 'metrics-server', groups: 'system:masters' },
  // The ServiceAccount that its project installs it with: it may do what the project's own roles say.
  'rollouts-controller': { user: 'system:serviceaccount:argo-rollouts:argo-rollouts', groups: 'system:serviceaccounts,system:serviceaccounts:argo-rollouts' },
} as const;

export type Identity = keyof typeof IDENTITIES;

export interface Credentials {
  readonly tokenFile: string;
  readonly serviceAccountKey: string;
  /** Holds apiserver.crt and apiserver.key once the API server has made them for itself. */
  readonly certificates: string;
  kubeconfig(identity: Identity): string;
}

/**
 * Random tokens and a self-signed API server certificate. Bearer tokens over loopback give each component its identity
 * without a certificate authority of our own, so nothing but Node is needed to make them.
 */
export function createCredentials(dir: string, server: string): Credentials {
  const certificates = join(dir, 'certificates');
  mkdirSync(certificates, { mode: 0o700 });
  const serviceAccountKey = join(dir, 'service-account.key');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  write(serviceAccountKey, privateKey.export({ type: 'pkcs1', format: 'pem' }).toString());

  const rows = Object.entries(IDENTITIES).map(([name, { user, groups }]) => {
    const token = randomBytes(24).toString('hex');
    write(kubeconfigFile(dir, name), JSON.stringify({
      'apiVersion': 'v1',
      'kind': 'Config',
      'clusters': [{ name: 'conformance', cluster: { 'server': server, 'certificate-authority': join(certificates, 'apiserver.crt') } }],
      'users': [{ name, user: { token } }],
      'contexts': [{ name: 'conformance', context: { cluster: 'conformance', user: name } }],
      'current-context': 'conformance',
    }));
    return `${token},${user},${user},"${groups}"`;
  });
  const tokenFile = join(dir, 'tokens.csv');
  write(tokenFile, `${rows.join('\n')}\n`);

  return { tokenFile, serviceAccountKey, certificates, kubeconfig: identity => kubeconfigFile(dir, identity) };
}

function kubeconfigFile(dir: string, name: string): string {
  return join(dir, `${name}.kubeconfig`);
}

function write(file: string, content: string): void {
  writeFileSync(file, content, { mode: 0o600 });
}
