import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { ApiKeyHeaderStrategy, BearerKeyStrategy } from './api-key.strategies';
import { ApiKeysController } from './api-keys.controller';
import { ApiKeysRepository } from './api-keys.repository';
import { ApiKeysService } from './api-keys.service';
import { AuthenticationService } from './authentication.service';
import { KeyCache } from './key-cache';
import { NewOrganizations } from './new-organizations';
import { OperatorActionsRepository } from './operator-actions.repository';
import { OrganizationsController } from './organizations.controller';
import { OrganizationsRepository } from './organizations.repository';
import { OrganizationsService } from './organizations.service';
import { ProfileController } from './profile.controller';

/** Who is calling, and for whom: organizations, their API keys, and the guards. */
@Module({
  imports: [PassportModule],
  controllers: [ApiKeysController, ProfileController, OrganizationsController],
  providers: [
    OrganizationsRepository,
    OrganizationsService,
    NewOrganizations,
    OperatorActionsRepository,
    ApiKeysRepository,
    ApiKeysService,
    KeyCache,
    AuthenticationService,
    ApiKeyHeaderStrategy,
    BearerKeyStrategy,
  ],
  exports: [
    KeyCache,
    OrganizationsRepository,
    OrganizationsService,
    NewOrganizations,
    ApiKeysService,
    OperatorActionsRepository,
  ],
})
export class AuthModule {}
