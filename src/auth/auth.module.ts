import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { ApiKeyHeaderStrategy, BearerKeyStrategy } from './api-key.strategies.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeysService } from './api-keys.service.js';
import { OrganizationsRepository } from './organizations.repository.js';
import { OrganizationsService } from './organizations.service.js';

/** Who is calling, and for whom: organizations, their API keys, and the guards. */
@Module({
  imports: [PassportModule],
  providers: [
    OrganizationsRepository,
    OrganizationsService,
    ApiKeysRepository,
    ApiKeysService,
    ApiKeyHeaderStrategy,
    BearerKeyStrategy,
  ],
  exports: [OrganizationsRepository, OrganizationsService, ApiKeysService],
})
export class AuthModule {}
