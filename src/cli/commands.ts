import type { INestApplicationContext } from '@nestjs/common';
import { ApiKeysService } from '../auth/api-keys.service';
import { OrganizationsService } from '../auth/organizations.service';

interface Option {
  name: string;
  placeholder: string;
  isOptional?: boolean;
}

export type Options = Record<string, string | undefined>;

export interface Command {
  words: string;
  purpose: string;
  options: Option[];
  /** Answers what is printed: one JSON object. */
  run(app: INestApplicationContext, options: Options): Promise<object>;
}

/** Everything an operator can do from the command line. */
export const COMMANDS: Command[] = [
  {
    words: 'org create',
    purpose: 'Create an organization.',
    options: [
      { name: 'name', placeholder: 'NAME' },
      { name: 'email', placeholder: 'EMAIL' },
    ],
    async run(app, { name = '', email = '' }) {
      const { id, ...organization } = await app.get(OrganizationsService).create(name, email);
      return { id, name: organization.name, email: organization.email };
    },
  },
  {
    words: 'key create',
    purpose: 'Create an API key for an organization. It is shown this once.',
    options: [
      { name: 'org', placeholder: 'ORG_ID' },
      { name: 'name', placeholder: 'NAME' },
      { name: 'scopes', placeholder: 'a,b', isOptional: true },
    ],
    async run(app, { org = '', name = '', scopes }) {
      const { id, key } = await app.get(ApiKeysService).create(
        org,
        name,
        scopes?.split(',').map((s) => s.trim()),
      );
      return { id, key: key.reveal() };
    },
  },
];
