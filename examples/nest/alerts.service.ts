import { Injectable } from '@nestjs/common'

@Injectable()
export class AlertsService {
  raise(message: string): void {
    console.log(message)
  }
}
