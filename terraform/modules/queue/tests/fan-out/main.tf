terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

# Two queues that are subscribed to the same topic.
module "queue" {
  source   = "../../"
  for_each = toset(["notifications", "audit"])

  name               = each.key
  stage              = "dev"
  aws_location       = { account_id = "000000000000", region = "us-east-1", partition = "aws" }
  consumer_timeout_s = 60
  topics             = { notifications = "arn:aws:sns:us-east-1:000000000000:rez-agent-notifications-dev" }
}
