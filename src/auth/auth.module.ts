import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { ApiKeyHeaderStrategy, BearerKeyStrategy } from './api-key.strategies';
import { ApiKeysRepository } from './api-keys.repository';
import { ApiKeysService } from './api-keys.service';
import { OrganizationsRepository } from './organizations.repository';
import { OrganizationsService } from './organizations.service';

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
