import { Module } from '@nestjs/common'
import { AlertsService } from './alerts.service.ts'

@Module({ providers: [AlertsService] })
// oxlint-disable-next-line typescript/no-extraneous-class -- A module of Nest is its decorator.
export class AppModule {}
