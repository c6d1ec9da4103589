mock_provider "aws" {
  mock_resource "aws_dynamodb_table" {
    defaults = { arn = "arn:aws:dynamodb:us-east-1:000000000000:table/mock" }
  }
}

run "has_an_output_with_the_arn_of_each_index" {
  variables {
    name      = "metrics"
    stage     = "dev"
    hash_key  = "day"
    range_key = "hour"
    protect   = false
    indexes   = { hour-index = { hash_key = "hour" } }
  }

  assert {
    condition     = output.index_arns == { hour-index = "arn:aws:dynamodb:us-east-1:000000000000:table/mock/index/hour-index" }
    error_message = "the output must have the ARN of each index"
  }
}
