terraform {
  required_version = ">= 1.11"

  # The bucket that this root creates. scripts/terraform/bootstrap.sh keeps the state on the machine until it exists.
  backend "s3" {
    key          = "bootstrap.tfstate"
    encrypt      = true
    use_lockfile = true
  }

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }
}
