// Teaches dynalite `ReturnValuesOnConditionCheckFailure`: a failed condition carries the item that made it fail.
//
// dynalite tests a condition under its own lock of the item, with the stored item in hand. Adding the item to the
// refusal right there makes check and read one step, as in DynamoDB; it costs no units, as in DynamoDB.
import db from 'dynalite/db/index.js';
import deleteItem from 'dynalite/validations/deleteItem.js';
import putItem from 'dynalite/validations/putItem.js';
import updateItem from 'dynalite/validations/updateItem.js';

export function returnStoredItemOnConditionFailure(): void {
  for (const { types } of [deleteItem, putItem, updateItem]) {
    types.ReturnValuesOnConditionCheckFailure = { type: 'String', enum: ['ALL_OLD', 'NONE'] };
  }
  const checkConditional = db.checkConditional;
  db.checkConditional = (request, storedItem) => {
    const failure = checkConditional(request, storedItem);
    if (failure && storedItem && request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD') {
      failure.body.Item = storedItem;
    }
    return failure;
  };
}
