terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

# Two queues on the same topic: one that is worked on, and one for an observer.
module "queue" {
  source   = "../../"
  for_each = toset(["notifications", "audit"])

  name               = each.key
  stage              = "dev"
  place              = { account_id = "000000000000", region = "us-east-1", partition = "aws" }
  consumer_timeout_s = 60
  topics             = { notifications = "arn:aws:sns:us-east-1:000000000000:rez-agent-notifications-dev" }
}
