// Adds `ReturnValuesOnConditionCheckFailure` to dynalite: the error of a failed condition contains the stored item.
//
// dynalite checks a condition while it holds its lock of the item. Adding the stored item to the error there makes check
// and read one atomic step and consumes no read units, as in DynamoDB.
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
