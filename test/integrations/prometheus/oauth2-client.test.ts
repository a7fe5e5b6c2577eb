import { PropertyPath } from '../../../lib/core/property-path';
import { renderOAuth2 } from '../../../lib/integrations/prometheus/oauth2-client';
import { testChart } from '../../helpers/manifests';

test('the secret of a client is an argument of the template, never a text', () => {
  const { fields, secrets } = renderOAuth2(new PropertyPath(testChart(), 'oauth2'), { tokenUrl: 'https://login.example.com/token', clientId: 'rollouts', secret: 'prometheus', secretKey: 'client' });

  expect(secrets).toHaveLength(1);
  expect(JSON.stringify(fields)).toContain(`{{args.${secrets[0]!.argument}}}`);
});
